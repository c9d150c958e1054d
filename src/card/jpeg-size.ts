/** Frames of a JPEG (ITU-T T.81 §B.1.1.3, table B.1): SOF0 to SOF15 without DHT, JPG and DAC. */
function isFrame(marker: number): boolean {
  return marker >= 0xc0 && marker <= 0xcf && marker !== 0xc4 && marker !== 0xc8 && marker !== 0xcc;
}

/** Width and height in pixels as the frame header says; `undefined` for what is no JPEG. The picture is not decoded. */
export function jpegSize(jpeg: Uint8Array): { readonly width: number; readonly height: number } | undefined {
  const view = new DataView(jpeg.buffer, jpeg.byteOffset, jpeg.length);
  if (jpeg.length < 4 || view.getUint16(0) !== 0xffd8 || view.getUint16(jpeg.length - 2) !== 0xffd9) return undefined;
  for (let at = 2; at + 9 <= jpeg.length && jpeg[at] === 0xff;) {
    const marker = jpeg[at + 1]!;
    // Filled up before a marker (§B.1.1.2).
    if (marker === 0xff) {
      at++;
      continue;
    }
    if (isFrame(marker)) {
      const height = view.getUint16(at + 5);
      const width = view.getUint16(at + 7);
      return width > 0 && height > 0 ? { width, height } : undefined;
    }
    at += 2 + view.getUint16(at + 2);
  }
  return undefined;
}
