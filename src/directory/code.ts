/** Why the directory declines something. Facts name the field or column and the limit, never the value refused. */
export type DirectoryCode =
  // a text
  | 'directory/text-missing'
  | 'directory/text-too-long'
  | 'directory/text-forbidden-character'
  | 'directory/text-formula'
  | 'directory/text-garbled'
  | 'directory/personal-key'
  | 'directory/list-too-long'
  | 'directory/phone-malformed'
  | 'directory/mail-malformed'
  // a date
  | 'directory/day-malformed'
  | 'directory/day-out-of-range'
  | 'directory/days-reversed'
  // an official
  | 'directory/official-id-malformed'
  | 'directory/official-unknown'
  | 'directory/official-ended'
  | 'directory/official-already-registered'
  /** The earlier record that the new one supersedes still holds its post. */
  | 'directory/superseded-not-ended'
  | 'directory/ended-before-start'
  | 'directory/end-reason-unknown'
  | 'directory/unchanged'
  | 'directory/publication-unknown'
  | 'directory/legal-ground-missing'
  | 'directory/legal-ground-unexpected'
  | 'directory/profile-malformed'
  // a unit
  | 'directory/unit-code-malformed'
  | 'directory/unit-unknown'
  | 'directory/unit-circular'
  // a photo
  | 'directory/photo-missing'
  | 'directory/photo-outside-folder'
  | 'directory/photo-too-large'
  | 'directory/photo-too-many-pixels'
  | 'directory/photo-too-small'
  | 'directory/photo-unreadable'
  | 'directory/photo-animated'
  | 'directory/photo-format'
  | 'directory/photo-timeout'
  // a CSV file as a whole
  | 'directory/csv-too-large'
  | 'directory/csv-too-many-rows'
  | 'directory/csv-empty'
  | 'directory/csv-is-spreadsheet'
  | 'directory/csv-not-text'
  | 'directory/csv-no-header'
  | 'directory/csv-column-missing'
  | 'directory/csv-column-repeated'
  /** A column that is not used may be the one that tells who is reserved. */
  | 'directory/csv-reserve-unclear'
  // one row of it
  | 'directory/csv-quote'
  | 'directory/csv-cell-too-long'
  | 'directory/csv-extra-cells'
  | 'directory/row-repeated'
  | 'directory/row-differs'
  | 'directory/row-of-ended-official';

/** Too many photos wait to be read: a moment later there is room. */
export type DirectoryOutageCode = 'directory/photo-busy';
