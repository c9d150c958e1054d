/** Programs that wait until somebody lets them act in their name. */
export const deviceLogin: string = `
CREATE TABLE device_login (
  id TEXT NOT NULL PRIMARY KEY,
  expires_at INTEGER NOT NULL,
  version INTEGER NOT NULL,
  record TEXT NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX device_login_expires_at ON device_login (expires_at);
`;
