import { parseArgs } from 'node:util';

const HELP = `npm run bench -- [options]

  --messages N     messages of the throughput part (default 1,000,000)
  --partitions N   partitions of every topic (default 4)
  --runs N         runs of every contestant; medians are reported (default 1)
  --short          100,000 messages and 10 s of latency
  --only TEXT      only the contestants whose name contains it
  --profiles       every profile, exactly-once, instead of the delivery modes; no latency
  --latency        only the latency part
  --no-latency     only the throughput part
  --rate N         messages per second of the latency part (default 1000)
  --profile FILE   writes a V8 CPU profile of login-stream's exactly-once run (its figures are not comparable then)`;

/** Reads the command line. Ends the process when it asks for help or is wrong. */
export function readOptions(args) {
  const { values } = parse(args);
  if (values.help) {
    console.log(HELP);
    process.exit(0);
  }
  if (process.platform !== 'linux') fail('The bench reads /proc, so it runs on Linux only.');
  return {
    messages: number(values, 'messages', values.short ? 100_000 : 1_000_000),
    partitions: number(values, 'partitions', 4),
    runs: number(values, 'runs', 1),
    rate: number(values, 'rate', 1_000),
    seconds: values.short ? 10 : 30,
    warmUpSeconds: 5,
    only: values.only ?? '',
    profile: values.profile,
    throughput: !values.latency,
    profiles: values.profiles,
    latency: !values['no-latency'] && !values.profiles,
  };
}

function parse(args) {
  const text = { type: 'string' };
  const flag = { type: 'boolean', default: false };
  try {
    return parseArgs({
      args,
      options: {
        messages: text,
        partitions: text,
        runs: text,
        rate: text,
        only: text,
        profile: text,
        profiles: flag,
        short: flag,
        latency: flag,
        'no-latency': flag,
        help: flag,
      },
    });
  } catch (error) {
    return fail(`${error.message}\n\n${HELP}`);
  }
}

function number(values, name, otherwise) {
  if (values[name] === undefined) return otherwise;
  const value = Number(values[name].replaceAll(/[,_]/g, ''));
  return Number.isInteger(value) && value > 0 ? value : fail(`--${name} must be a positive integer`);
}

function fail(message) {
  console.error(message);
  process.exit(1);
}
