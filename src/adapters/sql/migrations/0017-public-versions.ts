/** Public versions of letters: what they are is told by the log; a row leads a file to its leaf. */
export const publicVersions: string = `
CREATE TABLE public_version (
  key TEXT NOT NULL PRIMARY KEY,
  sha256 TEXT NOT NULL,
  record TEXT NOT NULL,
  version INTEGER NOT NULL
) STRICT;
CREATE INDEX public_version_sha256 ON public_version (sha256);
`;
