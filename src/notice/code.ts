export type NoticeCode =
  /** No setting says through which server mail goes. */
  | 'notice/no-server'
  /** The server refused it for good (`reply`). */
  | 'notice/refused';

export type NoticeOutageCode =
  /** It cannot be delivered now (`reason`, `reply`). */
  'notice/not-delivered';
