import { readFileSync } from 'node:fs';

export interface ExampleLogin {
  readonly user_id: string;
  readonly device_id: string;
  readonly ip: string;
  readonly ip_country: string;
  /** Unix seconds. */
  readonly timestamp: number;
  readonly risk_score: number;
  readonly risk_reasons: readonly string[];
}

const ROW =
  /^\| (\w+) +\| (\w+) +\| ([\d.]+) +\| ([A-Z]{2}) +\| (\d{4}-\d\d-\d\d) (\d\d:\d\d:\d\d) \| +(\d+) \|(.*)\|$/gm;

/** The logins of the example in docs/risk.md, in its order. */
export function exampleOfPage(): ExampleLogin[] {
  const page = readFileSync(new URL('../../docs/risk.md', import.meta.url), 'utf8');
  return [...page.matchAll(ROW)].map(([, user_id, device_id, ip, ip_country, day, time, score, reasons]) => ({
    user_id,
    device_id,
    ip,
    ip_country,
    timestamp: Date.parse(`${day}T${time}Z`) / 1000,
    risk_score: Number(score),
    risk_reasons: [...reasons.matchAll(/`(\w+)`/g)].map(([, reason]) => reason),
  }));
}
