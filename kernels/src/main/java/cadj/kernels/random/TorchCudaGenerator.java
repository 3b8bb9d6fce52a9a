package cadj.kernels.random;

import cadj.kernels.device.F32;

/// What `torch.Generator("cuda").manual_seed(seed)` draws on an NVIDIA GPU.
///
/// Each of the GPU's threads has its own stream of [Philox] words. A draw of n numbers is made by T
/// threads, as many as there are numbers, but no more than the GPU holds at once. So up to that
/// many, all GPUs draw the same; beyond, threads draw several numbers each, and **which number
/// stands where depends on the size of the GPU**.
///
/// Numbers are within 1e-5 of PyTorch's, whose kernel takes the GPU's fast sine, cosine and
/// logarithm.
public final class TorchCudaGenerator implements Generator {
  /// Threads that an A100 holds at once, the default: 108 multiprocessors of 2,048.
  public static final int A100_THREADS = threads(108, 2048);

  private static final int BLOCK = 256;

  /// Numbers that a thread makes of its four words.
  private static final int PER_THREAD = 4;

  private final long seed;
  private final int mostThreads;
  private long offset;

  /// As an A100 draws.
  ///
  /// @param seed all of its 64 bits count, unlike on the CPU
  public TorchCudaGenerator(long seed) {
    this(seed, A100_THREADS);
  }

  /// @param mostThreads how many threads the GPU holds at once ([#threads])
  public TorchCudaGenerator(long seed, int mostThreads) {
    if (mostThreads < BLOCK || mostThreads % BLOCK != 0) {
      throw new IllegalArgumentException(
          "threads of a GPU: expected a positive multiple of %d, got %d"
              .formatted(BLOCK, mostThreads));
    }
    this.seed = seed;
    this.mostThreads = mostThreads;
  }

  /// How many threads a GPU holds at once, in whole blocks of 256.
  ///
  /// @param multiprocessors `multi_processor_count` of `torch.cuda.get_device_properties`
  /// @param perMultiprocessor `max_threads_per_multi_processor` of it
  public static int threads(int multiprocessors, int perMultiprocessor) {
    return Math.multiplyExact(multiprocessors, perMultiprocessor / BLOCK * BLOCK);
  }

  /// `torch.randn`: thread by thread, the first number of each, then the second of each, to the
  /// fourth; and so on from the threads' next words.
  @Override
  public void randn(F32 out) {
    int n = out.length();
    if (n == 0) {
      return;
    }
    long threads = Math.min(Math.ceilDiv(n, BLOCK) * (long) BLOCK, mostThreads);
    long perRound = PER_THREAD * threads;
    for (long start = 0; start < n; start += perRound) {
      long counter = offset / PER_THREAD + start / perRound;
      for (long thread = 0; thread < threads && start + thread < n; thread++) {
        double[] normals = normals(Philox.words(seed, counter, thread));
        for (int k = 0; k < PER_THREAD; k++) {
          long i = start + k * threads + thread;
          if (i < n) {
            out.set((int) i, (float) normals[k]);
          }
        }
      }
    }
    offset += PER_THREAD * Math.ceilDiv(n, perRound);
  }

  private static double[] normals(int... words) {
    double[] out = new double[PER_THREAD];
    boxMuller(words[0], words[1], out, 0);
    boxMuller(words[2], words[3], out, 2);
    return out;
  }

  /// Two words to two normals, by Box & Muller's transform from uniforms in (0, 1] that are rounded
  /// to single precision.
  private static void boxMuller(int first, int second, double[] out, int at) {
    float u = (float) middle(first);
    float angle = (float) (2 * Math.PI * middle(second));
    double radius = Math.sqrt(-2 * Math.log(u));
    out[at] = radius * Math.sin(angle);
    out[at + 1] = radius * Math.cos(angle);
  }

  /// The middle of a word's share of (0, 1).
  private static double middle(int word) {
    return Integer.toUnsignedLong(word) * 0x1p-32 + 0x1p-33;
  }
}
