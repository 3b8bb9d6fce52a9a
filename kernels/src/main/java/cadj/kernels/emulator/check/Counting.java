package cadj.kernels.emulator.check;

import cadj.kernels.device.LaunchShape;
import cadj.kernels.emulator.run.Access;
import cadj.kernels.emulator.run.BasicBlock;
import cadj.kernels.emulator.run.BasicBlock.Ending;
import cadj.kernels.emulator.run.Observer;
import cadj.kernels.emulator.run.ThreadBlock;
import cadj.kernels.emulator.run.TranslatedKernel;
import cadj.kernels.emulator.run.Warp;
import cadj.kernels.ptx.PtxVariable.Space;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;

/// Counts instructions, memory transactions and divergence of a [ThreadBlock], over all the blocks
/// of the grid that it runs one after another.
public final class Counting extends Observer {
  private static final int LOG_SECTOR = 5;
  private static final int WORD = 4;
  private static final int BANKS = 32;

  private final TranslatedKernel kernel;
  private final long[] blockWarps;
  private final long[] blockThreads;
  private final long[] blockDivergent;
  private final long[] guardedThreads;
  private final long[] globalRequests;
  private final long[] sectors;
  private final long[] sharedRequests;
  private final long[] passes;
  private final long[] conflicts;

  private final long[] seen = new long[Warp.LANES];
  private final int[] wordsOfBank = new int[BANKS];

  public Counting(TranslatedKernel kernel) {
    this.kernel = kernel;
    int blocks = kernel.blocks().size();
    int body = kernel.ptx().body().size();
    blockWarps = new long[blocks];
    blockThreads = new long[blocks];
    blockDivergent = new long[blocks];
    guardedThreads = new long[body];
    globalRequests = new long[body];
    sectors = new long[body];
    sharedRequests = new long[body];
    passes = new long[body];
    conflicts = new long[body];
  }

  @Override
  public void ran(int place, int mask, int taking) {
    blockWarps[place]++;
    blockThreads[place] += Integer.bitCount(mask);
    if (kernel.blocks().get(place).ending() == Ending.BRANCH && taking != 0 && taking != mask) {
      blockDivergent[place]++;
    }
  }

  @Override
  public void guarded(int at, int mask) {
    guardedThreads[at] += Integer.bitCount(mask);
  }

  @Override
  public void access(Warp warp, int mask, Access access, long[] addresses) {
    if (mask != 0 && access.space() == Space.GLOBAL) {
      global(access, mask, addresses);
    } else if (mask != 0 && access.space() == Space.SHARED) {
      shared(access, mask, addresses);
    }
  }

  private void global(Access access, int mask, long[] addresses) {
    int count = 0;
    for (int lanes = mask; lanes != 0; lanes &= lanes - 1) {
      long sector = addresses[Integer.numberOfTrailingZeros(lanes)] >>> LOG_SECTOR;
      if (!seen(sector, count)) {
        seen[count++] = sector;
      }
    }
    globalRequests[access.at()]++;
    sectors[access.at()] += count;
  }

  /// Whether `value` is among the first `count`; the latest is the likeliest.
  private boolean seen(long value, int count) {
    for (int i = count - 1; i >= 0; i--) {
      if (seen[i] == value) {
        return true;
      }
    }
    return false;
  }

  private void shared(Access access, int mask, long[] addresses) {
    sharedRequests[access.at()]++;
    int words = Math.max(1, access.bytes() / WORD);
    int lanes = Warp.LANES / words;
    for (int first = 0; first < Warp.LANES; first += lanes) {
      int part = mask & (int) (((1L << lanes) - 1) << first);
      if (part != 0) {
        int needed = passes(part, addresses, words, access.mode() == Access.Mode.UPDATE);
        passes[access.at()] += needed;
        conflicts[access.at()] += needed - 1;
      }
    }
  }

  /// @param alone whether threads that go to the same word must take turns
  private int passes(int mask, long[] addresses, int words, boolean alone) {
    Arrays.fill(wordsOfBank, 0);
    int most = 0;
    int count = 0;
    for (int lanes = mask; lanes != 0; lanes &= lanes - 1) {
      long first = addresses[Integer.numberOfTrailingZeros(lanes)] / WORD;
      for (long word = first; word < first + words; word++) {
        if (alone || !seen(word, count)) {
          if (!alone) {
            seen[count++] = word;
          }
          most = Math.max(most, ++wordsOfBank[(int) (word % BANKS)]);
        }
      }
    }
    return most;
  }

  /// Sums over all blocks of threads of a launch.
  public static LaunchCounts sum(
      TranslatedKernel kernel, LaunchShape shape, Collection<Counting> parts) {
    int body = kernel.ptx().body().size();
    LaunchCounts sum =
        new LaunchCounts(
            kernel.source(),
            kernel.ptx(),
            shape,
            new long[body],
            new long[body],
            new long[body],
            new long[body],
            new long[body],
            new long[body],
            new long[body],
            new long[body]);
    for (Counting part : parts) {
      part.addTo(sum);
    }
    return sum;
  }

  private void addTo(LaunchCounts sum) {
    List<BasicBlock> blocks = kernel.blocks();
    for (int b = 0; b < blocks.size(); b++) {
      BasicBlock block = blocks.get(b);
      for (int i = block.start(); i < block.end(); i++) {
        boolean isGuarded = kernel.ptx().body().get(i).guard() != null;
        sum.warps()[i] += blockWarps[b];
        sum.threads()[i] += isGuarded ? guardedThreads[i] : blockThreads[b];
      }
      if (block.length() > block.end() - block.start() && block.end() < guardedThreads.length) {
        sum.warps()[block.end()] += blockWarps[b];
        sum.threads()[block.end()] += blockThreads[b];
        sum.divergent()[block.end()] += blockDivergent[b];
      }
    }
    add(sum.globalRequests(), globalRequests);
    add(sum.sectors(), sectors);
    add(sum.sharedRequests(), sharedRequests);
    add(sum.passes(), passes);
    add(sum.conflicts(), conflicts);
  }

  private static void add(long[] to, long[] from) {
    for (int i = 0; i < to.length; i++) {
      to[i] += from[i];
    }
  }
}
