import type { Login } from '../../pipeline/login.js';
import type { FilterReason } from '../../pipeline/outcome.js';
import type { StageReport } from './explanation.js';

/** The setting that each reason comes from. */
const DECIDED_BY: Readonly<Record<FilterReason, string>> = {
  filtered_device_type: 'DEVICE_TYPES',
  filtered_app_version: 'APP_VERSIONS',
  filtered_age: 'MAX_MESSAGE_AGE_SECONDS',
  duplicate: 'DEDUPE_SECONDS',
};

const SENTENCES: Readonly<Record<FilterReason, (login: Login, setting: string) => string>> = {
  filtered_device_type: ({ device_type }) => `the device type ${JSON.stringify(device_type)} is not let pass`,
  filtered_app_version: ({ app_version }) => `the version ${app_version} is not let pass`,
  filtered_age: ({ event_time, raw }, setting) =>
    `it was ${(Number(raw.timestamp) - event_time * 1000) / 1000} s old on arrival, and ${setting} s is the most`,
  duplicate: () => 'a record with the identical value was processed',
};

/** What the filters made of a valid login, and which setting decided. */
export function filterReport(
  login: Login,
  reason: FilterReason | null,
  settings: Readonly<Record<string, string>>,
): StageReport {
  if (reason === null) {
    const passed = Object.values(DECIDED_BY).filter((name) => name !== DECIDED_BY.duplicate);
    return {
      stage: 'filter',
      result: 'passed',
      summary: 'Passes every filter.',
      settings: pick(settings, passed),
    };
  }
  const name = DECIDED_BY[reason];
  return {
    stage: 'filter',
    result: 'filtered',
    summary: `${reason}: ${SENTENCES[reason](login, settings[name])}.`,
    settings: pick(settings, [name]),
  };
}

const pick = (settings: Readonly<Record<string, string>>, names: readonly string[]) =>
  Object.fromEntries(names.map((name) => [name, settings[name]]));
