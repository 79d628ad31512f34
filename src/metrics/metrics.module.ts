import { Global, Module } from '@nestjs/common';
import type { Provider } from '@nestjs/common';
import {
  makeCounterProvider,
  makeGaugeProvider,
  makeHistogramProvider,
  PrometheusModule,
} from '@willsoto/nestjs-prometheus';
import { LookupObserver } from '../enrichment/lookup-observer.js';
import { PublishingObserver } from '../kafka/publishing-observer.js';
import { LookupMetrics } from './lookup-metrics.js';
import { METRICS } from './metric-definitions.js';
import type { MetricDefinition } from './metric-definitions.js';
import { StreamMetrics } from './stream-metrics.js';

function provider({ type, name, help, labels = [], buckets }: MetricDefinition): Provider {
  const base = { name, help, labelNames: [...labels] };
  if (type === 'counter') return makeCounterProvider(base);
  if (type === 'gauge') return makeGaugeProvider(base);
  return makeHistogramProvider({ ...base, ...(buckets && { buckets: [...buckets] }) });
}

/** Every name starts with it, also those of the process's own metrics. */
const PREFIX = 'login_stream_';

const metrics = Object.values<MetricDefinition>(METRICS).map(provider);

@Global()
@Module({
  imports: [
    PrometheusModule.register({
      path: '/metrics',
      defaultMetrics: { enabled: true, config: { prefix: PREFIX } },
    }),
  ],
  providers: [
    ...metrics,
    StreamMetrics,
    { provide: PublishingObserver, useExisting: StreamMetrics },
    { provide: LookupObserver, useClass: LookupMetrics },
  ],
  exports: [...metrics, StreamMetrics, PublishingObserver, LookupObserver],
})
export class MetricsModule {}
