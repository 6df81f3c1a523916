/** How a figure is shown: by its name in the results. */
export interface FigureFormat {
  readonly title: string;
  readonly text: (value: number) => string;
}

export function figureFormat(name: string): FigureFormat {
  return FIGURES[name] ?? { title: name, text: significant };
}

/** Three digits: the rounds differ in the third. Whole numbers from a hundred on. */
export function significant(value: number): string {
  if (Math.abs(value) >= 100) return Math.round(value).toLocaleString('en-US');
  return String(Number(value.toPrecision(3)));
}

const milliseconds = (value: number): string => `${significant(value)} ms`;
const microseconds = (value: number): string => `${significant(value)} µs`;
const bytes = (value: number): string => `${significant(value)} B`;
const share = (value: number): string => `${(value * 100).toFixed(1)} %`;

const FIGURES: Readonly<Record<string, FigureFormat>> = {
  callsPerSecond: { title: 'calls/s', text: significant },
  p50Ms: { title: 'p50', text: milliseconds },
  p99Ms: { title: 'p99', text: milliseconds },
  clientCpuUs: { title: 'client CPU', text: microseconds },
  brokerCpuUs: { title: 'broker CPU', text: microseconds },
  workerCpuUs: { title: 'worker CPU', text: microseconds },
  brokerNetCpuUs: { title: 'broker CPU less idle', text: microseconds },
  brokerIdleShare: { title: 'broker idle', text: share },
  othersCpuShare: { title: 'CPU of the others', text: share },
  capacityPerSecond: { title: 'capacity, calls/s', text: significant },
  goodputPerSecond: { title: 'replies/s', text: significant },
  goodputShare: { title: 'of the peak', text: share },
  admittedP99Ms: { title: 'p99 of what was admitted', text: milliseconds },
  sendsPerCall: { title: 'sends per call', text: significant },
  recoveryMs: { title: 'answered again after', text: milliseconds },
  allMs: { title: 'all answered', text: milliseconds },
  halfMs: { title: 'half answered', text: milliseconds },
  firstReplyMs: { title: 'first reply', text: milliseconds },
  clientHeapBytes: { title: 'client heap', text: bytes },
  clientResidentBytes: { title: 'client resident', text: bytes },
  brokerHeapBytes: { title: 'broker heap', text: bytes },
  brokerResidentBytes: { title: 'broker resident', text: bytes },
  workerHeapBytes: { title: 'worker heap', text: bytes },
  workerResidentBytes: { title: 'worker resident', text: bytes },
};
