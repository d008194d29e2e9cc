import { formatImageReference, parseImageReference, type BuildSpec } from '@moorage/runtime-core'

/** A spec in the words of `POST /libpod/build`. */
export function queryOf(spec: BuildSpec): Readonly<Record<string, string | readonly string[]>> {
  const { tags, buildArguments, labels, target, platform, noCache, pull, cacheFrom, extraHosts, networkMode, ulimits } =
    spec
  const hosts = Object.entries(extraHosts ?? {}).map(([name, address]) => `${name}:${address}`)
  return {
    // The other format has no healthchecks.
    outputformat: 'application/vnd.docker.distribution.manifest.v2+json',
    layers: 'true',
    rm: 'true',
    forcerm: 'true',
    ...(tags && { t: tags }),
    ...(buildArguments && { buildargs: JSON.stringify(buildArguments) }),
    ...(labels && { labels: JSON.stringify(labels) }),
    ...(target !== undefined && { target }),
    ...(platform !== undefined && { platform }),
    ...(noCache === true && { nocache: 'true' }),
    ...(pull === true && { pullpolicy: 'always' }),
    ...(cacheFrom && { cachefrom: JSON.stringify(cacheFrom.map(repositoryOf)) }),
    ...(hosts.length > 0 && { extrahosts: JSON.stringify(hosts) }),
    ...networkOf(networkMode),
    ...(ulimits && { ulimits: JSON.stringify(ulimits.map(({ name, soft, hard }) => `${name}=${soft}:${hard}`)) }),
  }
}

/** It looks through all tags of a repository, and refuses the name of one. */
function repositoryOf(reference: string): string {
  const { registry, repository = reference } = parseImageReference(reference) ?? {}
  return formatImageReference({ repository, ...(registry !== undefined && { registry }) })
}

/** Podman (5.4) drops the names of network modes: 1 is none, and the others are told as a namespace. */
function networkOf(mode: string | undefined): Readonly<Record<string, string>> {
  if (mode === undefined || mode === 'default') return {}
  if (mode === 'none') return { networkmode: '1' }
  const isHost = mode === 'host'
  return { nsoptions: JSON.stringify([{ Name: 'network', Host: isHost, Path: isHost ? '' : mode }]) }
}
