const passing = (name: string): string => `
CREATE TABLE ${name} (
  id TEXT NOT NULL PRIMARY KEY,
  expires_at INTEGER NOT NULL,
  version INTEGER NOT NULL,
  record TEXT NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX ${name}_expires_at ON ${name} (expires_at);
`;

/** What passes by itself, without a leaf: who is logged in, what was asked of a browser, who is invited, what waits for approval. */
export const office: string = ['session', 'login_challenge', 'passkey_count', 'invitation', 'pending_enrolment']
  .map(passing)
  .join('');
