/** Where the staff API stands. */
export const STAFF_PREFIX = '/api/v1/staff';
