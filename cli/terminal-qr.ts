import QRCode from 'qrcode';

/** A QR of an address for a phone's camera: in the colours of a terminal, or in characters alone, as a file takes them. */
export function terminalQr(address: string, colour: boolean): Promise<string> {
  const text = address.toUpperCase();
  const errorCorrectionLevel = 'M';
  return colour
    ? QRCode.toString(text, { type: 'terminal', small: true, errorCorrectionLevel })
    : QRCode.toString(text, { type: 'utf8', errorCorrectionLevel });
}
