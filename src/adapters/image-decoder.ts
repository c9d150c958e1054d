import sharp from 'sharp';

/** Of libvips' decoders only these exist for us, whatever bytes reach it: an SVG is a program, the rest is not needed. */
sharp.block({ operation: ['VipsForeignLoad'] });
sharp.unblock({
  operation: ['VipsForeignLoadJpegBuffer', 'VipsForeignLoadPngBuffer', 'VipsForeignLoadWebpBuffer'],
});

export { sharp };
