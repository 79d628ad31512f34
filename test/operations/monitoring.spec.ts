import { describe, expect, it } from '@jest/globals';
import { METRICS } from '../../src/metrics/metric-definitions.js';
import { sharedBroker } from '../support/kafka.js';
import { ownNames } from '../pipeline/run.js';
import { ServiceProcess } from '../support/service-process.js';
import { Dockerfile } from '../container/dockerfile.js';
import { filesBelow, textOf, yamlOf } from './deployed-files.js';

interface Rules {
  readonly groups: readonly {
    readonly rules: readonly {
      readonly alert?: string;
      readonly record?: string;
      readonly expr: string;
      readonly labels?: { readonly severity?: string };
      readonly annotations?: { readonly summary?: string; readonly action?: string };
    }[];
  }[];
}

interface Alertmanager {
  readonly route: {
    readonly receiver: string;
    readonly routes: readonly { readonly matchers: string[]; readonly receiver: string }[];
  };
  readonly receivers: readonly { readonly name: string }[];
  readonly inhibit_rules: readonly {
    readonly source_matchers: string[];
    readonly target_matchers: string[];
  }[];
}

const rulesOf = (path: string) => yamlOf<Rules>(path).groups.flatMap(({ rules }) => rules);
const recorded = rulesOf('deploy/prometheus/recording.rules.yml');
const alerts = rulesOf('deploy/prometheus/alerts.rules.yml');
const alertmanager = yamlOf<Alertmanager>('deploy/alertmanager/alertmanager.yml');

const FILES = [
  ...filesBelow('deploy/prometheus'),
  ...filesBelow('deploy/grafana'),
  'docs/operations/alerting.md',
  'docs/operations/scaling.md',
];

/** Names of metrics in a text: those that are scraped, and those that rules record. */
const named = (text: string) => [
  ...new Set(text.match(/\blogin_stream(?::[a-z0-9_]+)+|\blogin_stream_[a-z0-9_]+/g)),
];

describe('Alerts and dashboard', () => {
  it('name only metrics that the service or a rule makes', async () => {
    const service = await ServiceProcess.ready({
      ...ownNames(),
      KAFKA_BROKERS: sharedBroker(),
      TOPICS: 'create-all',
    });
    try {
      const scraped = (await (await service.get('/metrics'))!.text()).match(/^# TYPE (\S+)/gm)!;
      const known = new Set([
        ...scraped.map((line) => line.replace('# TYPE ', '')),
        ...Object.values(METRICS).map(({ name }) => name as string),
        ...recorded.map(({ record }) => record!),
      ]);
      const unknown = FILES.flatMap((path) =>
        named(textOf(path)).map((name) => ({ path, name: name.replace(/_(bucket|sum|count)$/, '') })),
      ).filter(({ name }) => !known.has(name));
      expect(unknown).toEqual([]);
    } finally {
      await service.destroy();
    }
  });

  it('say what is wrong and what to do, and to whom', () => {
    for (const { alert, labels, annotations } of alerts)
      expect({ alert, ...annotations, severity: labels?.severity }).toEqual({
        alert: expect.stringMatching(/^LoginStream/),
        summary: expect.stringMatching(/./),
        action: expect.stringMatching(/\.$/),
        severity: expect.stringMatching(/^(page|ticket)$/),
      });
  });

  it('have a unit test each, and a line on the page', () => {
    const tests = textOf('deploy/prometheus/alerts.test.yml');
    const page = textOf('docs/operations/alerting.md');
    const names = alerts.map(({ alert }) => alert!);
    expect(names.filter((name) => !tests.includes(`alertname: ${name}`))).toEqual([]);
    expect(names.filter((name) => !page.includes(`\`${name}\``))).toEqual([]);
  });

  it('are sent to receivers that there are, and silenced by alerts that there are', () => {
    const receivers = alertmanager.receivers.map(({ name }) => name);
    const used = [alertmanager.route.receiver, ...alertmanager.route.routes.map(({ receiver }) => receiver)];
    expect([...used].sort()).toEqual([...receivers].sort());
    const inhibited = alertmanager.inhibit_rules
      .flatMap(({ source_matchers, target_matchers }) => [...source_matchers, ...target_matchers])
      .flatMap((matcher) => matcher.match(/LoginStream\w+/g) ?? []);
    const names = alerts.map(({ alert }) => alert);
    expect(inhibited.length).toBeGreaterThan(0);
    expect(inhibited.filter((name) => !names.includes(name))).toEqual([]);
  });

  it('scrape the port of the image', () => {
    const [, port] = /targets: \['login-stream:(\d+)'\]/.exec(textOf('deploy/prometheus/prometheus.yml'))!;
    expect(port).toBe(new Dockerfile().env.HTTP_PORT);
  });
});
