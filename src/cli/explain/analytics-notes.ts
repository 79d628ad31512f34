import type { StageReport } from './explanation.js';

type SettingTexts = Readonly<Record<string, string>>;

interface Note {
  /** Fields that it is about. */
  readonly fields: readonly string[];
  readonly variables: readonly string[];
  readonly text: (settings: SettingTexts) => string;
}

const within = ({ ANALYTICS_WINDOW_SECONDS: seconds }: SettingTexts): string =>
  seconds === '0' ? 'as long as the row is held' : `at most ${seconds} s away in event time`;

const WINDOW = ['ANALYTICS_WINDOW_SECONDS'];

/** What the fields that depend on other logins would need to come out otherwise. */
const NOTES: readonly Note[] = [
  {
    fields: ['suspicious_login'],
    variables: WINDOW,
    text: (settings) => `suspicious_login needs a login of this user from another ip, ${within(settings)}.`,
  },
  {
    fields: ['logs_from_multiple_locations'],
    variables: WINDOW,
    text: (settings) =>
      `logs_from_multiple_locations needs a login of this user from another locale, ${within(settings)}.`,
  },
  {
    fields: ['shared_device'],
    variables: WINDOW,
    text: (settings) => `shared_device needs a login of another user on this device, ${within(settings)}.`,
  },
  {
    fields: ['ips_in_window', 'users_in_window'],
    variables: WINDOW,
    text: (settings) =>
      `ips_in_window and users_in_window count others of this user and on this device, ${within(settings)}.`,
  },
  {
    fields: ['session_id', 'session_count', 'session_logins'],
    variables: ['SESSION_GAP_SECONDS'],
    text: ({ SESSION_GAP_SECONDS: gap }) =>
      `A login of this user at most ${gap} s before or after belongs to the same session.`,
  },
  {
    fields: ['total_logins_for_version', 'total_logins_from_locale', 'most_common_device_type'],
    variables: [],
    text: () => 'Totals and the most common device type count this login only.',
  },
];

/** Notes about those of the fields that are there, and about duplicates; with the settings that they depend on. */
export function analyticsNotes(
  fields: Readonly<Record<string, unknown>>,
  settings: SettingTexts,
): Pick<StageReport, 'notes' | 'settings'> {
  const notes = NOTES.filter((note) => note.fields.some((field) => Object.hasOwn(fields, field)));
  const dedupe = settings.DEDUPE_SECONDS;
  const duplicates =
    dedupe === '0'
      ? []
      : [`It would be filtered as duplicate if the identical value had arrived at most ${dedupe} s apart.`];
  const variables = new Set([
    ...notes.flatMap((note) => note.variables),
    ...(dedupe === '0' ? [] : ['DEDUPE_SECONDS']),
  ]);
  return {
    notes: [...notes.map(({ text }) => text(settings)), ...duplicates],
    settings: Object.fromEntries([...variables].map((name) => [name, settings[name]])),
  };
}
