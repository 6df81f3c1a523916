import type { PrimesHandlers } from './generated/primes.worker.ts';

const handlers: PrimesHandlers = {
  count: ({ below }, ctx) => {
    let count = 0;
    for (let n = 2; n < below; n++) {
      // Stops when nobody waits for the result any more.
      if (n % 4_096 === 0) ctx.signal.throwIfAborted();
      if (isPrime(n)) count++;
    }
    return { count };
  },
};

function isPrime(n: number): boolean {
  for (let divisor = 2; divisor * divisor <= n; divisor++) if (n % divisor === 0) return false;
  return true;
}

export default handlers;
