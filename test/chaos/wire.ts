import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

const run = promisify(execFile);

/**
 * Two network namespaces of the run's own, joined by a pair of virtual interfaces that can be taken down. The addresses
 * are of TEST-NET-1 (RFC 5737), which is routed nowhere.
 */
export class Wire {
  /** Where the brokers are reached, and where the worker runs that reaches them over the wire. */
  readonly near: string;
  readonly far: string;

  private constructor(id: string) {
    this.near = `reeve-${id}-near`;
    this.far = `reeve-${id}-far`;
  }

  /** The address of the near end. */
  static readonly address: string = '192.0.2.1';

  /** Makes it. Returns in words why it cannot be made: no rights, or no tool. */
  static async make(): Promise<Wire | string> {
    const wire = new Wire(String(process.pid));
    try {
      for (const namespace of [wire.near, wire.far]) await wire.#ip(['netns', 'add', namespace]);
      const [a, b] = ['near', 'far'];
      const pair = ['name', a, 'netns', wire.near, 'type', 'veth', 'peer', 'name', b, 'netns', wire.far];
      await wire.#ip(['link', 'add', ...pair]);
      await wire.#ip(['-n', wire.near, 'address', 'add', `${Wire.address}/30`, 'dev', a]);
      await wire.#ip(['-n', wire.far, 'address', 'add', '192.0.2.2/30', 'dev', b]);
      await wire.#ip(['-n', wire.near, 'link', 'set', a, 'up']);
      await wire.#ip(['-n', wire.far, 'link', 'set', b, 'up']);
      return wire;
    } catch (error) {
      await wire.remove();
      return `no network namespaces can be made: ${firstLine(error)}`;
    }
  }

  /** Takes the link down: nothing passes, and nobody is told. */
  async cut(): Promise<void> {
    await this.#ip(['-n', this.far, 'link', 'set', 'far', 'down']);
  }

  async mend(): Promise<void> {
    await this.#ip(['-n', this.far, 'link', 'set', 'far', 'up']);
  }

  async remove(): Promise<void> {
    // The interfaces go with them.
    for (const namespace of [this.near, this.far]) {
      await this.#ip(['netns', 'delete', namespace]).catch(() => undefined);
    }
  }

  async #ip(args: readonly string[]): Promise<void> {
    await run('ip', args, { env: { ...process.env, PATH: `${process.env['PATH'] ?? ''}:/usr/sbin:/sbin` } });
  }
}

function firstLine(error: unknown): string {
  const said = error instanceof Error && 'stderr' in error && typeof error.stderr === 'string' ? error.stderr : '';
  return (said === '' ? String(error) : said).split('\n')[0]!;
}
