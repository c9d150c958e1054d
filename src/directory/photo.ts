/** What an official's record says of the photo; the pixels are kept apart, under the official's id. */
export interface PhotoRef {
  /** SHA-256 of the JPEG that is kept. */
  readonly sha256: Uint8Array;
  /** Pixels. */
  readonly width: number;
  readonly height: number;
  /** SHA-256 of the small JPEG that pages show, so that a page can be checked against a profile as well. */
  readonly thumbnailSha256: Uint8Array;
  /** SHA-256 of the file that was handed in: the same file again is no change. Never published. */
  readonly sourceSha256: Uint8Array;
}

/** A photo as we keep it: decoded and encoded again by us, so that nothing of the file that came in survives. */
export interface Photo extends PhotoRef {
  /** At most `PHOTO_LIMITS.masterBytes`, without metadata. */
  readonly jpeg: Uint8Array;
  /** At most `PHOTO_LIMITS.thumbnailBytes`, without metadata. */
  readonly thumbnail: Uint8Array;
}

/** What is taken of a picture, and what is left of it. */
export interface PictureLimits {
  readonly inputBytes: number;
  readonly inputPixels: number;
  readonly minWidth: number;
  readonly minHeight: number;
  /** It is fitted inside these. */
  readonly maxWidth: number;
  readonly maxHeight: number;
  /** Of the JPEG that is kept. */
  readonly masterBytes: number;
}

/** A page with a stamp on it: handwriting stays legible, lying or standing. */
export const STAMP_LIMITS: PictureLimits = {
  inputBytes: 15_000_000,
  inputPixels: 40_000_000,
  minWidth: 200,
  minHeight: 200,
  maxWidth: 1600,
  maxHeight: 1600,
  masterBytes: 400_000,
};

export const PHOTO_LIMITS = {
  inputBytes: 15_000_000,
  inputPixels: 40_000_000,
  /** Portrait, before it is fitted inside `maxWidth` × `maxHeight`; a smaller face cannot be compared. */
  minWidth: 200,
  minHeight: 250,
  maxWidth: 480,
  maxHeight: 600,
  thumbnailWidth: 240,
  thumbnailHeight: 300,
  masterBytes: 40_000,
  thumbnailBytes: 10_000,
} as const;

/**
 * Decodes somebody's picture and encodes it again, without metadata and within `PHOTO_LIMITS`. Bounded in time and
 * memory whatever the bytes are; calls may run at once and wait for each other.
 * @throws Refusal 'directory/photo-…'
 */
export type PhotoReader = (bytes: Uint8Array) => Promise<Photo>;

/**
 * The bytes of the picture that a CSV names, from the folder of the CSV.
 * @throws Refusal 'directory/photo-missing', 'directory/photo-outside-folder', 'directory/photo-too-large'
 */
export type PhotoFolder = (name: string) => Promise<Uint8Array>;

/** What the official's record keeps of `photo`. */
export function photoRef(photo: PhotoRef): PhotoRef {
  const { sha256, width, height, thumbnailSha256, sourceSha256 } = photo;
  return { sha256, width, height, thumbnailSha256, sourceSha256 };
}

/** What the photo's own row keeps. */
export function photoPixels({ jpeg, thumbnail }: Photo): Pick<Photo, 'jpeg' | 'thumbnail'> {
  return { jpeg, thumbnail };
}
