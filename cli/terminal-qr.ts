import QRCode from 'qrcode';

/** A QR of an address for a phone's camera, in the characters of a terminal. */
export function terminalQr(address: string): Promise<string> {
  return QRCode.toString(address.toUpperCase(), { type: 'terminal', small: true, errorCorrectionLevel: 'M' });
}
