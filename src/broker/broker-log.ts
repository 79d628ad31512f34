import { open, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

const LOG = 'broker.log';
const JVM_OUTPUT = 'jvm-output.log';
const CONFIGURATION = 'log4j2.properties';
const TAIL_BYTES = 64 * 1024;

/**
 * The broker writes its log itself, at most two files of 10 MB: if we read it from a pipe, a busy parent
 * would let the pipe fill and stop the broker. What the JVM itself prints goes to a file of its own.
 */
export class BrokerLog {
  readonly path: string;
  readonly jvmOutputPath: string;
  readonly configurationPath: string;

  constructor(dataDir: string) {
    this.path = join(dataDir, LOG);
    this.jvmOutputPath = join(dataDir, JVM_OUTPUT);
    this.configurationPath = join(dataDir, CONFIGURATION);
  }

  /** Begins empty files, so that their last lines are of this run; the previous run's log is kept as `.1`. */
  async prepare(): Promise<void> {
    await rename(this.path, `${this.path}.1`).catch((error: NodeJS.ErrnoException) => {
      if (error.code !== 'ENOENT') throw error;
    });
    await writeFile(this.jvmOutputPath, '');
    await writeFile(this.configurationPath, LOG4J_CONFIGURATION);
  }

  /** The last lines of the log and of what the JVM printed. */
  async lastLines(count: number): Promise<string[]> {
    const tails = await Promise.all([tail(this.path, count), tail(this.jvmOutputPath, count)]);
    return tails.flat();
  }

  /** Does a line of this run match? Looks at the last 64 KiB only. */
  async mentions(pattern: RegExp): Promise<boolean> {
    return (await this.lastLines(Infinity)).some((line) => pattern.test(line));
  }
}

/** Paths are relative to the broker's working directory. The list of all 400 settings would hide what matters. */
const LOG4J_CONFIGURATION = `status=error
shutdownHook=disable
appender.file.type=RollingFile
appender.file.name=file
appender.file.fileName=${LOG}
appender.file.filePattern=${LOG}.%i
appender.file.layout.type=PatternLayout
appender.file.layout.pattern=[%d] %p %m (%c)%n
appender.file.policies.type=Policies
appender.file.policies.size.type=SizeBasedTriggeringPolicy
appender.file.policies.size.size=10MB
appender.file.strategy.type=DefaultRolloverStrategy
appender.file.strategy.max=1
logger.settings.name=org.apache.kafka.common.config.AbstractConfig
logger.settings.level=warn
rootLogger.level=info
rootLogger.appenderRef.file.ref=file
`;

async function tail(path: string, count: number): Promise<string[]> {
  const file = await open(path).catch(() => null);
  if (file === null) return [];
  try {
    const { size } = await file.stat();
    const start = Math.max(0, size - TAIL_BYTES);
    const buffer = Buffer.alloc(size - start);
    const { bytesRead } = await file.read(buffer, 0, buffer.length, start);
    const text = buffer.toString('utf8', 0, bytesRead).trimEnd();
    const lines = text === '' ? [] : text.split('\n');
    return count === Infinity ? lines : lines.slice(-count);
  } finally {
    await file.close();
  }
}
