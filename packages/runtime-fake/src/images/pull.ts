import {
  formatImageReference,
  parseImageReference,
  type ImageProgressEvent,
  type PulledImage,
  type PullImageOptions,
  type PushImageOptions,
  type RegistryCredentials,
} from '@moorage/runtime-core'
import { withTag, type FakeEngine, type FakeRegistryImage } from '../engine/engine.ts'
import { fail, needImage, type FakeCall } from '../engine/lookup.ts'
import { Notifier } from '../engine/notifier.ts'
import { platformOf } from './inspect.ts'

export async function pullImage(
  engine: FakeEngine,
  reference: string,
  { platform, credentials, onEvent, signal }: PullImageOptions = {},
): Promise<PulledImage> {
  const call: FakeCall = { operation: 'pullImage', kind: 'image', id: reference }
  const { digest: wanted, ...named } = parseImageReference(reference) ?? { repository: reference }
  const tag = withTag(formatImageReference(named))
  const found = [...engine.registry].find(([name, entry]) =>
    wanted === undefined ? name === tag : entry.digest === wanted && repositoryOf(name) === repositoryOf(tag),
  )?.[1]
  const isForeign = platform !== undefined && platform !== (found?.image.platform ?? 'linux/amd64')
  if (found === undefined || isForeign) {
    const what = found === undefined ? 'the registry has none' : `the registry has none for ${String(platform)}`
    throw fail(call, 'IMAGE_NOT_FOUND', `${what}. Give it to the fake with its \`registry\`.`, {})
  }
  authorize(call, found.image, credentials)
  if (found.image.stalls === true) await new Notifier().changed(signal)
  for (const event of progress(tag, found.imageId)) {
    onEvent?.(event)
    // A turn between events, as over a network: an abort from the callback is seen before the next.
    await undefined
    signal?.throwIfAborted()
  }
  const image = engine.images.get(found.imageId) ?? engine.addImage(tag, found.image, found.imageId)
  if (wanted === undefined) engine.tagImage(image, tag)
  image.digests.add(`${repositoryOf(tag)}@${found.digest}`)
  engine.events.add('image', 'pull', reference, { ...image.spec.labels, name: reference })
  return { id: image.id, digest: found.digest, platform: platformOf(image) }
}

export async function pushImage(
  engine: FakeEngine,
  reference: string,
  { credentials, onEvent, signal }: PushImageOptions = {},
): Promise<{ readonly digest: string }> {
  const call: FakeCall = { operation: 'pushImage', kind: 'image', id: reference }
  const image = needImage(engine, call.operation, reference)
  const tag = withTag(reference)
  const there = engine.registry.get(tag)
  if (there !== undefined) authorize(call, there.image, credentials)
  onEvent?.({ phase: 'pushing', layer: layerOf(image.id), text: 'Pushing' })
  await undefined
  signal?.throwIfAborted()
  const credentialsOfTag = there?.image.credentials
  const digest = engine.publish(tag, { ...image.spec, ...(credentialsOfTag && { credentials: credentialsOfTag }) })
  image.digests.add(`${repositoryOf(tag)}@${digest}`)
  onEvent?.({ phase: 'status', text: `${tag}: digest: ${digest}` })
  engine.events.add('image', 'push', reference, { ...image.spec.labels, name: reference })
  return { digest }
}

function authorize(call: FakeCall, image: FakeRegistryImage, given: RegistryCredentials | undefined): void {
  const wanted = image.credentials
  if (wanted === undefined) return
  const isRight =
    given !== undefined &&
    'username' in given &&
    given.username === wanted.username &&
    given.password === wanted.password
  if (isRight) return
  const what = given === undefined ? 'the registry asks for credentials' : 'the registry refused the credentials'
  throw fail(call, 'UNAUTHORIZED', `${what}. Pass the right ones as \`credentials\`.`, {})
}

function progress(tag: string, imageId: string): readonly ImageProgressEvent[] {
  const layer = layerOf(imageId)
  const totalBytes = 1024
  return [
    { phase: 'status', text: `Pulling ${tag}` },
    { phase: 'downloading', layer, currentBytes: 512, totalBytes, fraction: 0.35, text: 'Downloading' },
    { phase: 'extracting', layer, currentBytes: totalBytes, totalBytes, fraction: 1, text: 'Extracting' },
    { phase: 'complete', layer, fraction: 1, text: 'Pull complete' },
  ]
}

function layerOf(imageId: string): string {
  return imageId.slice('sha256:'.length, 'sha256:'.length + 12)
}

function repositoryOf(tag: string): string {
  return tag.slice(0, tag.lastIndexOf(':'))
}
