import { describe, expect, it } from '@jest/globals';
import { readValue } from './record-value.js';
import { rawRecord } from './testing.js';
import { Verifier } from './verifier.js';

const SECRET = 'somebody';
const validate = (value: unknown) =>
  (value as { ok?: unknown }).ok === true
    ? []
    : [
        { path: '/ok', rule: 'const', message: 'must be true' },
        { path: '', rule: 'required', message: 'must have more\u001b[2J' },
      ];

function check(verifier: Verifier, value: string | null): string[] {
  const record = rawRecord({ value: value === null ? null : Buffer.from(value) });
  return verifier.check(record, 2, readValue(record.value));
}

describe('the verifier', () => {
  it('says nothing of valid records', () => {
    const verifier = new Verifier('logins', validate);
    expect(check(verifier, '{"ok": true}')).toEqual([]);
    expect(verifier.allValid).toBe(true);
    expect(verifier.text()).toBe('1 record of logins checked: all valid');
  });

  it('says which record breaks which rule where, without the value', () => {
    const verifier = new Verifier('logins', validate);
    expect(check(verifier, `{"ok": "${SECRET}"}`)).toEqual([
      'logins 2@7: /ok must be true [const]',
      'logins 2@7: (record) must have more\\u001b[2J [required]',
    ]);
    check(verifier, '{"ok": true}');
    expect(verifier.allValid).toBe(false);
    expect(verifier.text()).toBe('2 records of logins checked: 1 NOT VALID');
  });

  it.each([null, '', SECRET])('finds that %j is not JSON', (value) => {
    expect(check(new Verifier('logins', validate), value)).toEqual([
      'logins 2@7: (record) must be JSON [json]',
    ]);
  });
});
