import { effectiveSettings } from '../../config/effective-settings.js';
import type { Settings } from '../../config/settings.js';
import type { LoadedExtension } from '../../extensions/extension.js';
import { profileName } from '../../profiles/active-profile.js';
import { Explainer } from './explainer.js';
import type { Explanation, OutcomeName, StageReport } from './explanation.js';
import { recordReports } from './record-report.js';
import { stageReports } from './stage-reports.js';

export interface ExplainedMessage {
  readonly key: Buffer | null;
  readonly value: Buffer;
  /** Milliseconds since 1970. */
  readonly arrival: number;
}

/** Sends one message through the service's own pipeline, as the first record of its topic, and notes what happens. */
export async function explain(
  settings: Settings,
  message: ExplainedMessage,
  extensions: readonly LoadedExtension[] = [],
): Promise<Explanation> {
  const explainer = await Explainer.open(settings, extensions);
  try {
    const { key, value, arrival } = message;
    const trace = await explainer.trace({ timestamp: String(arrival), key, value, headers: {} });
    const stages = stageReports(trace, {
      processors: explainer.processors,
      settings: effectiveSettings(settings),
    });
    return {
      outcome: outcomeOf(stages),
      profile: profileName(settings.profile),
      message: { bytes: value.length, arrival: new Date(arrival).toISOString() },
      stages,
      records: recordReports(trace.written),
    };
  } finally {
    await explainer.close();
  }
}

function outcomeOf(stages: readonly StageReport[]): OutcomeName {
  if (stages.some(({ result }) => result === 'failed')) return 'error';
  return stages.some(({ result }) => result === 'filtered') ? 'filtered' : 'processed';
}
