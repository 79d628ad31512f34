import { setTimeout as sleep } from 'node:timers/promises';
import { Broker, Cluster } from './kafkajs-internals.js';
import type { ClusterObject, CoordinatorRequest, TransactionCallName } from './kafkajs-internals.js';

const TRANSACTION = 1;
const CONCURRENT_BACKOFF_MS = { first: 2, most: 100 };
const CONCURRENT_DEADLINE_MS = 10_000;

/** Coordinators that have refused something, or did not answer: they are looked for again. */
const doubtful = new WeakSet<object>();

/**
 * Fault: kafkajs asks who the coordinator is before each step of a transaction, four requests of nine. A transactional
 * producer's connections remember it until a call to it fails; consumers go on asking. Test:
 * transaction-requests.spec.ts.
 */
export function rememberCoordinators(): void {
  const find = Cluster.prototype.findGroupCoordinator;
  const memories = new WeakMap<ClusterObject, Map<string, CoordinatorBroker>>();
  Cluster.prototype.findGroupCoordinator = async function (this: ClusterObject, request: CoordinatorRequest) {
    let memory = memories.get(this);
    if (memory === undefined) {
      if (request.coordinatorType !== TRANSACTION) return find.call(this, request);
      memories.set(this, (memory = new Map()));
    }
    const id = `${request.coordinatorType ?? 0} ${request.groupId}`;
    const known = memory.get(id);
    if (known?.isConnected() && !doubtful.has(known)) return known;
    const found = await find.call(this, request);
    doubtful.delete(found);
    memory.set(id, found);
    return found;
  };
}

/**
 * Fault: after a commit the coordinator is still writing markers and answers CONCURRENT_TRANSACTIONS to the next
 * transaction of the same producer; kafkajs takes that for fatal. Nothing has been done by the broker then, so the
 * call is repeated. Test: transactions.spec.ts.
 */
export function retryConcurrentTransactions(name: TransactionCallName): void {
  const original = Broker.prototype[name];
  Broker.prototype[name] = async function (this: object, request: object): Promise<unknown> {
    const deadline = Date.now() + CONCURRENT_DEADLINE_MS;
    for (
      let backoff = CONCURRENT_BACKOFF_MS.first;
      ;
      backoff = Math.min(backoff * 2, CONCURRENT_BACKOFF_MS.most)
    ) {
      try {
        return await original.call(this, request);
      } catch (error) {
        if ((error as { type?: string }).type !== 'CONCURRENT_TRANSACTIONS' || Date.now() > deadline) {
          doubtful.add(this);
          throw error;
        }
      }
      await sleep(backoff);
    }
  };
}

type CoordinatorBroker = Awaited<ReturnType<ClusterObject['findGroupCoordinator']>>;
