import { getDocument, type PDFDocumentProxy } from 'pdfjs-dist/legacy/build/pdf.min.mjs';
// Read in the page itself: a worker by its address is what `require-trusted-types-for` forbids, and the file was read by ours before.
import 'pdfjs-dist/legacy/build/pdf.worker.min.mjs';

/** The pages of a PDF, as pictures. */
export interface Preview {
  /** Draws a page, from 1, as wide as the canvas stands in the page. */
  draw(page: number, canvas: HTMLCanvasElement): Promise<void>;
}

const MOST_PIXELS = 4_000_000;

/** Opens a PDF that the service accepted; what is drawn is only looked at. @throws what pdf.js cannot read */
export async function openPreview(data: Uint8Array): Promise<Preview> {
  const document: PDFDocumentProxy = await getDocument({ data, enableXfa: false, useWasm: false, verbosity: 0 })
    .promise;
  let last: { cancel(): void } | undefined;
  return {
    async draw(number, canvas) {
      last?.cancel();
      const page = await document.getPage(number);
      const plain = page.getViewport({ scale: 1 });
      const wide = canvas.parentElement!.clientWidth * devicePixelRatio;
      const scale = Math.min(wide / plain.width, Math.sqrt(MOST_PIXELS / (plain.width * plain.height)));
      const viewport = page.getViewport({ scale });
      [canvas.width, canvas.height] = [Math.round(viewport.width), Math.round(viewport.height)];
      const task = page.render({ canvas, viewport });
      last = task;
      await task.promise;
    },
  };
}
