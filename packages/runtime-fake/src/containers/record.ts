import type { FakeEngine } from '../engine/engine.ts'
import { newId } from '../engine/ids.ts'
import { Notifier } from '../engine/notifier.ts'
import type { ContainerRecord } from '../engine/records.ts'
import { Pipe } from '../programs/pipe.ts'

type Given = Pick<ContainerRecord, 'name' | 'image' | 'spec' | 'files' | 'mounts' | 'networks'>

/** A container that nothing has happened to yet. */
export function containerRecord(engine: FakeEngine, given: Given): ContainerRecord {
  return {
    ...given,
    id: newId(),
    createdAt: engine.times.next(),
    order: engine.nextOrder(),
    logs: [],
    changes: new Notifier(),
    execs: new Set(),
    attached: new Set(),
    stdin: new Pipe(),
    status: 'created',
    removed: false,
    startedAt: undefined,
    finishedAt: undefined,
    exitCode: undefined,
    process: undefined,
    ports: [],
    health: 'none',
    restart: given.spec.restart ?? { policy: 'no' },
    resources: given.spec.resources ?? {},
    restartCount: 0,
    stopped: false,
    exits: 0,
    restarts: 0,
  }
}
