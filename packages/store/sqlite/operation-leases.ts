/** Who runs which operation, and until when: leases in the rows of the operations, generations in those of the runners. */
import type { DatabaseSync } from 'node:sqlite';
import { checkLease, checkName, checkWhole, leaseLost, runnerSuperseded } from '../batch.ts';
import type { Lease, LeasedOperation, Store } from '../port.ts';
import { toOperation } from './rows.ts';
import type { WriteQueue } from './write-queue.ts';

/** Inside the caller's transaction; throws LeaseLost. */
export function leaseJudge(database: DatabaseSync): (lease: Lease) => void {
  const held = database.prepare(
    'SELECT 1 FROM operations WHERE key = ? AND lease_token = ? AND lease_owner IS NOT NULL',
  );
  return (lease) => {
    if (held.get(lease.operation, lease.token) === undefined) throw leaseLost(lease);
  };
}

export function operationLeases(
  database: DatabaseSync,
  queue: WriteQueue,
): Pick<Store, 'startRunner' | 'leaseOperations' | 'renewLeases' | 'forgetOperations'> {
  const raise = database.prepare(
    `INSERT INTO runners (name, generation) VALUES (?, 1)
     ON CONFLICT (name) DO UPDATE SET generation = generation + 1 RETURNING generation`,
  );
  const end = database.prepare(
    'UPDATE operations SET lease_owner = NULL, leased_until = 0 WHERE lease_owner = ?',
  );
  const current = database.prepare('SELECT generation FROM runners WHERE name = ?');
  // A sum, because SQLite compiles a statement anew whenever its bare LIMIT parameter is bound.
  const due = database.prepare(
    `SELECT key, operation FROM operations WHERE status = 'InProgress'
     AND due_at <= :dueBy AND leased_until <= :now ORDER BY due_at, key LIMIT :limit + 0`,
  );
  const lease = database.prepare(
    `UPDATE operations SET lease_owner = ?, leased_until = ?, lease_token = lease_token + 1 WHERE key = ?
     RETURNING lease_token`,
  );
  const renew = database.prepare(
    `UPDATE operations SET leased_until = max(leased_until, ?)
     WHERE key = ? AND lease_token = ? AND lease_owner IS NOT NULL`,
  );
  const forget = database.prepare(
    `DELETE FROM operations WHERE key IN (SELECT key FROM operations WHERE status <> 'InProgress'
       AND json_extract(operation, '$.endTime') < :endedBefore
       ORDER BY json_extract(operation, '$.endTime') LIMIT :limit + 0)`,
  );

  return {
    async forgetOperations({ endedBefore, limit }) {
      checkWhole('the time before which operations are forgotten', endedBefore);
      checkWhole('the limit of what is forgotten', limit);
      return queue.write(() => Number(forget.run({ endedBefore, limit }).changes), limit);
    },
    async startRunner(name) {
      checkName('the name of a runner', name);
      return queue.write(() => {
        end.run(name);
        return { name, generation: raise.get(name)!.generation as number };
      });
    },
    async leaseOperations({ runner, now, dueBy, leaseMs, limit }) {
      checkWhole('the limit of a lease', limit);
      const { name, generation } = runner;
      const check = () => {
        if (current.get(name)?.generation !== generation) throw runnerSuperseded(runner);
      };
      check();
      const wanted = { now, dueBy, limit };
      if (due.all(wanted).length === 0) return [];
      return queue.write((): LeasedOperation[] => {
        check();
        return due.all(wanted).map((row) => {
          const operation = toOperation(row);
          const token = lease.get(name, now + leaseMs, row.key!)!.lease_token as number;
          return { operation, lease: { operation: operation.id, token } };
        });
      });
    },
    async renewLeases(leases, until) {
      checkWhole('the end of a lease', until);
      const checked = leases.map((each) => [each, checkLease(each)] as const);
      return queue.write(
        () =>
          checked
            .filter(([, { operation, token }]) => renew.run(until, operation, token).changes === 1)
            .map(([each]) => each),
        leases.length,
      );
    },
  };
}
