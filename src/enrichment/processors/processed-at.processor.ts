import type { Login } from '../../pipeline/login.js';
import { LoginProcessor } from '../processor.js';
import type { Adds, BatchContext } from '../processor.js';

declare module '../../pipeline/login.js' {
  interface Enrichment {
    /**
     * When the login was processed: ISO 8601, in UTC.
     *
     * @pattern ^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}\.[0-9]{3}Z$
     */
    processed_at: string;
  }
}

@LoginProcessor({
  needs: [],
  adds: ['processed_at'],
  summary: 'When the login was processed, in ISO 8601 (UTC).',
})
export class ProcessedAtProcessor {
  private now = Number.NaN;
  private text = '';

  process(_login: Login, add: Adds<'processed_at'>, { now }: BatchContext): void {
    if (now !== this.now) {
      this.now = now;
      this.text = new Date(now).toISOString();
    }
    add.processed_at = this.text;
  }
}
