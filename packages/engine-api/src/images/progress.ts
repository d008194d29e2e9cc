import type { ImageProgressEvent, RegistryCredentials } from '@moorage/runtime-core'

/** One message of a progress stream. */
export interface ProgressJson {
  readonly status?: string
  readonly id?: string
  readonly stream?: string
  readonly progressDetail?: { readonly current?: number; readonly total?: number } | null
  readonly error?: string
  readonly errorDetail?: { readonly message?: string }
  readonly aux?: { readonly Digest?: string }
}

/** Credentials as the header `X-Registry-Auth` carries them. */
export function authConfig(credentials: RegistryCredentials): Readonly<Record<string, string>> {
  return 'identityToken' in credentials
    ? { identitytoken: credentials.identityToken }
    : { username: credentials.username, password: credentials.password }
}

export function progressEvent({ status = '', id, progressDetail }: ProgressJson): ImageProgressEvent {
  const phase = id === undefined ? 'status' : phaseOf(status)
  return {
    phase,
    ...(phase !== 'status' && id !== undefined && { layer: id }),
    ...(progressDetail?.current !== undefined && { currentBytes: progressDetail.current }),
    ...(progressDetail?.total !== undefined && progressDetail.total > 0 && { totalBytes: progressDetail.total }),
    text: status,
  }
}

function phaseOf(status: string): ImageProgressEvent['phase'] {
  if (/^(?:Pulling fs layer|Waiting|Preparing)/.test(status)) return 'waiting'
  if (/^(?:Downloading|Verifying|Download complete)/.test(status)) return 'downloading'
  if (/^Extracting/.test(status)) return 'extracting'
  if (/^Pushing/.test(status)) return 'pushing'
  if (/^(?:Pull complete|Already exists|Pushed|Layer already exists|Mounted from)/.test(status)) return 'complete'
  return 'status'
}
