/** How many rows of a terminal a text takes. */
function rowsOf(text: string, columns: number): number {
  const length = [...text.normalize('NFC').replaceAll(/\p{M}/gu, '')].length;
  return Math.max(1, Math.ceil(length / columns));
}

/** What takes away a text whose last row the cursor is in, all rows of it. */
export function wiping(text: string, columns: number): string {
  return `\r\x1b[2K${'\x1b[1A\x1b[2K'.repeat(rowsOf(text, columns) - 1)}`;
}

/** Without what a terminal obeys: a name is as the service told it. */
export function harmless(text: string): string {
  return text.replaceAll(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, '\ufffd');
}
