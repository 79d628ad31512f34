import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ServiceProcess } from '../../support/service-process.js';
import { waitFor } from '../../support/wait-for.js';

/** The service's processes of a case: those that run, and those that a fault has ended. */
export class Fleet {
  private readonly services: ServiceProcess[] = [];
  private readonly ended = new Set<ServiceProcess>();

  constructor(private readonly settings: Readonly<Record<string, string>>) {}

  spawn(settings: Readonly<Record<string, string>> = {}): ServiceProcess {
    const service = ServiceProcess.spawn({ ...this.settings, ...settings });
    this.services.push(service);
    return service;
  }

  async start(settings?: Readonly<Record<string, string>>): Promise<ServiceProcess> {
    const service = this.spawn(settings);
    await this.untilReady(service);
    return service;
  }

  /** Starts so many at the same time. */
  async startSome(count: number): Promise<ServiceProcess[]> {
    const services = Array.from({ length: count }, () => this.spawn());
    await Promise.all(services.map((service) => this.untilReady(service)));
    return services;
  }

  /** @throws at once when the process ends instead */
  async untilReady(service: ServiceProcess, timeoutMs = 60_000): Promise<void> {
    const isReady = async () => (await service.get('/health/ready'))?.ok;
    await waitFor('a process to be ready', () => hasEnded(service) || isReady(), timeoutMs);
    if (hasEnded(service)) throw new Error(`A process has ended by itself: ${lastWords(service)}`);
  }

  hasEnded(service: ServiceProcess): boolean {
    return hasEnded(service);
  }

  /** Ends it as a fault does. */
  async kill(service: ServiceProcess): Promise<void> {
    if (!hasEnded(service)) this.ended.add(service);
    service.kill('SIGKILL');
    await service.exit;
  }

  /** Ends it in order; says with which code. */
  async stop(service: ServiceProcess): Promise<number | NodeJS.Signals> {
    if (!hasEnded(service)) this.ended.add(service);
    return service.stop();
  }

  /** Says which of those that run have an account that does not come out even. */
  async imbalances(): Promise<string[]> {
    const faults: string[] = [];
    for (const service of this.services.filter((each) => !hasEnded(each))) {
      const records = await service.metric('login_stream_imbalance_records');
      if (records !== 0) faults.push(`a process says that its account is out by ${records} records`);
    }
    return faults;
  }

  /** Ends all that run, in order; says which did not do as they were told. */
  async stopAll(): Promise<string[]> {
    const codes = [];
    for (const service of this.services.filter((each) => !hasEnded(each)))
      codes.push(await this.stop(service));
    return codes
      .filter((code) => code !== 0)
      .map((code) => `a process that was stopped in order ended with ${code}`);
  }

  /** Says of each process that ended without having been told what its last words were. */
  get deserters(): string[] {
    return this.services
      .filter((service) => hasEnded(service) && !this.ended.has(service))
      .map((service) => `a process has ended by itself: ${lastWords(service)}`);
  }

  async writeLogs(folder: string): Promise<void> {
    for (const [index, { output }] of this.services.entries())
      await writeFile(join(folder, `service-${index + 1}.log`), output);
  }

  /** Leaves nothing behind. */
  async destroy(): Promise<void> {
    await Promise.all(this.services.map((service) => service.destroy()));
  }
}

const hasEnded = ({ child }: ServiceProcess): boolean => child.exitCode !== null || child.signalCode !== null;

const lastWords = ({ child, output }: ServiceProcess): string =>
  `${child.exitCode ?? child.signalCode}: ${output.trimEnd().split('\n').at(-1)}`;
