import { RuntimeError, type ResourceKind, type RuntimeErrorCode, type ErrorDetails } from '@moorage/runtime-core'
import type { FakeEngine } from './engine.ts'
import type { ContainerRecord, ImageRecord, NetworkRecord, VolumeRecord } from './records.ts'

/** A call of the interface about a resource, for errors. */
export interface FakeCall {
  readonly operation: string
  readonly kind: ResourceKind
  readonly id: string
}

/** A `RuntimeError` in the words of the fake. */
export function fail<Code extends RuntimeErrorCode>(
  call: FakeCall,
  code: Code,
  text: string,
  details: ErrorDetails<Code>,
  cause?: unknown,
): RuntimeError<Code> {
  return new RuntimeError(code, {
    message: `${call.operation}: ${call.kind} \`${call.id}\`: ${text}`,
    operation: call.operation,
    resource: { kind: call.kind, id: call.id },
    details,
    ...(cause !== undefined && { cause }),
  })
}

/** A call about a container. */
export function containerCall(operation: string, id: string): FakeCall {
  return { operation, kind: 'container', id }
}

export function needContainer(engine: FakeEngine, operation: string, id: string): ContainerRecord {
  const found = engine.findContainer(id)
  if (found !== undefined) return found
  throw fail(
    { operation, kind: 'container', id },
    'CONTAINER_NOT_FOUND',
    'there is none. List the containers to see which there are.',
    {},
  )
}

export function needImage(engine: FakeEngine, operation: string, id: string): ImageRecord {
  const found = engine.findImage(id)
  if (found !== undefined) return found
  const text = 'there is none. Give it to the fake with its `images`, or pull it from its `registry`.'
  throw fail({ operation, kind: 'image', id }, 'IMAGE_NOT_FOUND', text, {})
}

export function needNetwork(engine: FakeEngine, operation: string, id: string): NetworkRecord {
  const found = engine.findNetwork(id)
  if (found !== undefined) return found
  throw fail({ operation, kind: 'network', id }, 'NETWORK_NOT_FOUND', 'there is none. Create it first.', {})
}

export function needVolume(engine: FakeEngine, operation: string, id: string): VolumeRecord {
  const found = engine.volumes.get(id)
  if (found !== undefined) return found
  throw fail({ operation, kind: 'volume', id }, 'VOLUME_NOT_FOUND', 'there is none. Create it first.', {})
}
