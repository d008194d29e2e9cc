import {
  matchesLabels,
  missingLabels,
  operationLabel,
  type CallOptions,
  type CreatedVolume,
  type RemoveVolumeOptions,
  type VolumeDetails,
  type VolumeFilter,
  type VolumeSpec,
} from '@moorage/runtime-core'
import { isAnswer } from '../client/answer-error.ts'
import type { EngineClient } from '../client/client.ts'
import { labelFilter } from '../client/filters.ts'
import { isRecord, malformed } from '../client/shapes.ts'
import { withSignal } from '../client/signals.ts'
import { ownFailure, perform, type Call } from '../errors/failure.ts'

/** The part of `GET /volumes/{name}` that is used here. */
interface VolumeJson {
  readonly Name: string
  readonly Driver: string
  readonly CreatedAt?: string
  readonly Mountpoint?: string
  readonly Options?: Readonly<Record<string, string>> | null
  readonly Labels?: Readonly<Record<string, string>> | null
}

function volumeCall(client: EngineClient, operation: string, name: string | undefined): Call {
  return { client, operation, ...(name !== undefined && { resource: { kind: 'volume', id: name } as const }) }
}

const missingVolume = { 404: 'VOLUME_NOT_FOUND' } as const

/** Labels that engines put on volumes by themselves. */
const engineLabels = new Set(['com.docker.volume.anonymous'])

/**
 * `POST /volumes/create`, which answers an existing volume as if it had made it: the operation's label tells which of
 * the two it was, also among calls at the same time.
 */
export async function createVolume(
  client: EngineClient,
  spec: VolumeSpec,
  { signal }: CallOptions = {},
): Promise<CreatedVolume> {
  const call = volumeCall(client, 'createVolume', spec.name)
  return perform(call, {}, async () => {
    const existing = spec.name === undefined ? undefined : await findVolume(client, spec.name, signal)
    if (existing !== undefined) return adopt(existing)
    const body = {
      ...(spec.name !== undefined && { Name: spec.name }),
      ...(spec.driver !== undefined && { Driver: spec.driver }),
      ...(spec.options && { DriverOpts: spec.options }),
      ...(spec.labels && { Labels: spec.labels }),
    }
    // dockerode's endpoint drops all of the answer but the name.
    const create = (): Promise<unknown> =>
      client.json({ method: 'POST', path: '/volumes/create', body, ...(signal && { signal }) })
    const answer = await create().catch((error: unknown) => {
      // Where others make one of this name at the same time, Podman answers some of them with a conflict.
      if (isAnswer(error, 409)) return create()
      throw error
    })
    const made = volumeDetails(volumeJson(answer, 'POST /volumes/create'))
    const isOurs = made.labels[operationLabel] === spec.labels?.[operationLabel]
    return isOurs ? { name: made.name, created: true } : adopt(made)
  })

  function adopt(volume: VolumeDetails): CreatedVolume {
    const differs = differences(volume, spec)
    if (differs.length === 0) return { name: volume.name, created: false }
    throw ownFailure(
      call,
      'VOLUME_CONFLICT',
      { differs },
      `a volume \`${volume.name}\` exists and differs in ${differs.join(', ')}. Choose another name, or remove that volume.`,
    )
  }
}

function differences(volume: VolumeDetails, spec: VolumeSpec): readonly string[] {
  const asked = spec.options ?? {}
  const sameOptions = Object.keys({ ...volume.options, ...asked }).every((key) => volume.options[key] === asked[key])
  return [
    ...(volume.driver === (spec.driver ?? 'local') ? [] : ['driver']),
    ...(sameOptions ? [] : ['options']),
    ...missingLabels(volume.labels, spec.labels ?? {}),
  ]
}

/** `DELETE /volumes/{name}`. */
export async function removeVolume(
  client: EngineClient,
  name: string,
  { missing = 'ignore', signal }: RemoveVolumeOptions = {},
): Promise<void> {
  return perform(volumeCall(client, 'removeVolume', name), { ...missingVolume, 409: 'VOLUME_IN_USE' }, async () => {
    const endpoints = await client.endpoints()
    try {
      await endpoints.getVolume(name).remove(withSignal(signal, {}))
    } catch (error) {
      if (!isAnswer(error, 404) || missing === 'error') throw error
    }
  })
}

async function findVolume(
  client: EngineClient,
  name: string,
  signal?: AbortSignal,
): Promise<VolumeDetails | undefined> {
  try {
    return await getVolume(client, name, signal)
  } catch (error) {
    if (isAnswer(error, 404)) return undefined
    throw error
  }
}

async function getVolume(client: EngineClient, name: string, signal?: AbortSignal): Promise<VolumeDetails> {
  const endpoints = await client.endpoints()
  const json: unknown = await endpoints.getVolume(name).inspect(withSignal(signal, {}))
  return volumeDetails(volumeJson(json, `GET /volumes/${name}`))
}

/** `GET /volumes/{name}`. */
export async function inspectVolume(
  client: EngineClient,
  name: string,
  options: CallOptions = {},
): Promise<VolumeDetails> {
  return perform(volumeCall(client, 'inspectVolume', name), missingVolume, () =>
    getVolume(client, name, options.signal),
  )
}

/** `GET /volumes`. */
export async function listVolumes(
  client: EngineClient,
  filter: VolumeFilter,
  { signal }: CallOptions = {},
): Promise<readonly VolumeDetails[]> {
  return perform({ client, operation: 'listVolumes' }, {}, async () => {
    const endpoints = await client.endpoints()
    const filters = { ...labelFilter(filter), ...(filter.name !== undefined && { name: [filter.name] }) }
    const answer: unknown = await endpoints.listVolumes(withSignal(signal, { filters }))
    return volumeList(answer)
      .map(volumeDetails)
      .filter(
        ({ name, labels }) => (filter.name === undefined || name === filter.name) && matchesLabels(labels, filter),
      )
  })
}

/** Engines answer `null` for none. */
function volumeList(answer: unknown): readonly VolumeJson[] {
  const volumes = isRecord(answer) ? answer['Volumes'] : undefined
  if (volumes !== null && !Array.isArray(volumes)) throw malformed('GET /volumes', 'the list `Volumes`')
  return (volumes ?? []).map((volume: unknown) => volumeJson(volume, 'GET /volumes'))
}

function volumeJson(json: unknown, request: string): VolumeJson {
  if (!isVolume(json)) throw malformed(request, 'the texts `Name` and `Driver` of a volume')
  return json
}

function isVolume(json: unknown): json is VolumeJson {
  return isRecord(json) && typeof json['Name'] === 'string' && typeof json['Driver'] === 'string'
}

function volumeDetails(json: VolumeJson): VolumeDetails {
  const labels = Object.entries(json.Labels ?? {}).filter(([key]) => !engineLabels.has(key))
  return {
    name: json.Name,
    driver: json.Driver,
    options: json.Options ?? {},
    labels: Object.fromEntries(labels),
    createdAt: json.CreatedAt ?? '',
    mountpoint: json.Mountpoint ?? '',
  }
}
