import { describe, expect, it, jest } from '@jest/globals';
import type { Counter, Histogram } from 'prom-client';

// CommonJS that requires Nest's ES modules, which Jest cannot load on Node 20. Nothing is injected here.
jest.unstable_mockModule('@willsoto/nestjs-prometheus', () => ({ InjectMetric: () => () => undefined }));
const { LookupMetrics } = await import('./lookup-metrics.js');
const { METRICS } = await import('./metric-definitions.js');

describe('LookupMetrics', () => {
  it('labels times by look-up, and failures by look-up and reason', () => {
    const observe = jest.fn();
    const inc = jest.fn();
    const metrics = new LookupMetrics({ observe } as unknown as Histogram, { inc } as unknown as Counter);
    metrics.lookedUp('CityLookup', 0.25);
    metrics.lookupFailed('CityLookup', 'timeout');
    expect(observe).toHaveBeenCalledWith({ processor: 'CityLookup' }, 0.25);
    expect(inc).toHaveBeenCalledWith({ processor: 'CityLookup', reason: 'timeout' });
    expect(METRICS.lookupSeconds.labels).toEqual(['processor']);
    expect(METRICS.lookupFailures.labels).toEqual(['processor', 'reason']);
  });
});
