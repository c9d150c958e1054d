/** The short forms of pdf.js, whose types stand beside the long ones. */
declare module 'pdfjs-dist/legacy/build/pdf.min.mjs' {
  export { getDocument, type PDFDocumentProxy } from 'pdfjs-dist';
}
declare module 'pdfjs-dist/legacy/build/pdf.worker.min.mjs' {}
