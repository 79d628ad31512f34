/** The seven fields of a generated login, in the order in which real traffic has them. */
export interface LoginFields {
  readonly user_id: string;
  readonly app_version: string;
  readonly ip: string;
  readonly locale: string;
  readonly device_id: string;
  readonly timestamp: number | string;
  readonly device_type: string;
}

/**
 * The JSON of a login, with the blanks that real producers write. Put together by hand because it is done for every
 * record; it may be, because nothing in our vocabulary needs escaping.
 */
export function loginJson(login: LoginFields): string {
  const timestamp = typeof login.timestamp === 'string' ? `"${login.timestamp}"` : login.timestamp;
  return `{"user_id": "${login.user_id}", "app_version": "${login.app_version}", "ip": "${login.ip}", "locale": "${login.locale}", "device_id": "${login.device_id}", "timestamp": ${timestamp}, "device_type": "${login.device_type}"}`;
}

/** The same form for any fields; a field that is undefined is left out. */
export function fieldsJson(fields: object): string {
  const members = Object.entries(fields)
    .filter(([, value]) => value !== undefined)
    .map(([name, value]) => `${JSON.stringify(name)}: ${JSON.stringify(value)}`);
  return `{${members.join(', ')}}`;
}
