import type sharp from 'sharp';

let loaded: Promise<typeof sharp> | undefined;

/** libvips, loaded with the first picture: most commands look at none. */
export function imageDecoder(): Promise<typeof sharp> {
  return (loaded ??= load());
}

/** Of its decoders only these exist for us, whatever bytes reach it: an SVG is a program, the rest is not needed. */
async function load(): Promise<typeof sharp> {
  const { default: decoder } = await import('sharp');
  decoder.block({ operation: ['VipsForeignLoad'] });
  decoder.unblock({
    operation: ['VipsForeignLoadJpegBuffer', 'VipsForeignLoadPngBuffer', 'VipsForeignLoadWebpBuffer'],
  });
  return decoder;
}
