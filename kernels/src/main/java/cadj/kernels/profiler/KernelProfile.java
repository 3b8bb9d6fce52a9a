package cadj.kernels.profiler;

import cadj.kernels.device.LaunchShape;
import cadj.kernels.device.PtxSource;
import cadj.kernels.emulator.check.LaunchCounts;
import cadj.kernels.ptx.Instruction;
import cadj.kernels.ptx.PtxKernel;
import cadj.kernels.ptx.PtxModule;
import cadj.kernels.ptx.PtxModule.SourceLine;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.function.ToLongFunction;

/// What one kernel did in one or more launches, counted by the emulator.
public final class KernelProfile {
  private static final int LANES = 32;
  private static final int SECTOR = 32;

  private final List<LaunchCounts> launches;

  /// @param launches at least one, all of the same kernel
  public KernelProfile(List<LaunchCounts> launches) {
    if (launches.isEmpty()) {
      throw new IllegalArgumentException("profile of no launch");
    }
    this.launches = List.copyOf(launches);
  }

  private PtxKernel kernel() {
    return launches.getFirst().kernel();
  }

  /// Of the kernel.
  public String name() {
    return kernel().name();
  }

  /// File and line of the kernel, such as `sum.ptx:36`.
  public String place() {
    return source().place(kernel().line());
  }

  public PtxSource source() {
    return launches.getFirst().source();
  }

  /// Grid and block of each launch, in order.
  public List<LaunchShape> shapes() {
    return launches.stream().map(LaunchCounts::shape).toList();
  }

  /// Of the launch that ran the most instructions.
  public LaunchShape mainShape() {
    return launches.stream()
        .max(Comparator.comparingLong(it -> sum(it.warps())))
        .map(LaunchCounts::shape)
        .orElseThrow();
  }

  private static long sum(long[] counts) {
    long sum = 0;
    for (long count : counts) {
      sum += count;
    }
    return sum;
  }

  /// What `counts` has at instruction `i`, over all launches.
  private long at(Function<LaunchCounts, long[]> counts, int i) {
    return launches.stream().mapToLong(it -> counts.apply(it)[i]).sum();
  }

  /// Sum over the body of `value` at each instruction's place.
  private long total(IndexedValue value) {
    long total = 0;
    List<Instruction> body = kernel().body();
    for (int i = 0; i < body.size(); i++) {
      total += value.of(body.get(i), i);
    }
    return total;
  }

  private interface IndexedValue {
    long of(Instruction it, int i);
  }

  /// Instructions that warps ran.
  public long warpInstructions() {
    return total((it, i) -> at(LaunchCounts::warps, i));
  }

  /// Instructions that threads ran.
  public long threadInstructions() {
    return total((it, i) -> at(LaunchCounts::threads, i));
  }

  /// Share of those warps' lanes that were active, 0 to 1.
  public double laneUse() {
    return ratio((double) threadInstructions(), (double) LANES * warpInstructions());
  }

  /// Warp instructions by class, none left out that occurs.
  public Map<InstructionClass, Long> mix() {
    Map<InstructionClass, Long> mix = new EnumMap<>(InstructionClass.class);
    List<Instruction> body = kernel().body();
    for (int i = 0; i < body.size(); i++) {
      long warps = at(LaunchCounts::warps, i);
      if (warps > 0) {
        mix.merge(InstructionClass.of(body.get(i)), warps, Long::sum);
      }
    }
    return mix;
  }

  public long flops() {
    return total((it, i) -> InstructionCost.flops(it) * at(LaunchCounts::threads, i));
  }

  /// Bytes that threads read of global memory.
  public long bytesRead() {
    return total((it, i) -> isGlobal(it) && InstructionCost.reads(it) ? bytes(it, i) : 0);
  }

  /// Bytes that threads wrote to global memory.
  public long bytesWritten() {
    return total((it, i) -> isGlobal(it) && InstructionCost.writes(it) ? bytes(it, i) : 0);
  }

  private long bytes(Instruction it, int i) {
    return InstructionCost.bytes(it) * at(LaunchCounts::threads, i);
  }

  private static boolean isGlobal(Instruction it) {
    return InstructionClass.of(it) == InstructionClass.GLOBAL;
  }

  /// Times that a warp went to global memory.
  public long globalRequests() {
    return total((it, i) -> at(LaunchCounts::globalRequests, i));
  }

  /// Sectors of 32 bytes moved between global memory, or its caches, and the multiprocessors.
  public long sectors() {
    return total((it, i) -> at(LaunchCounts::sectors, i));
  }

  public double sectorsPerRequest() {
    return ratio((double) sectors(), (double) globalRequests());
  }

  /// Bytes that threads asked for, by bytes of the sectors moved: 1 where every byte moved was
  /// asked for once, more where several threads asked for the same.
  public double sectorUse() {
    long named = total((it, i) -> isGlobal(it) ? bytes(it, i) : 0);
    return ratio((double) named, (double) SECTOR * sectors());
  }

  /// Arithmetic intensity: floating-point operations per byte moved between global memory and the
  /// multiprocessors.
  public double intensity() {
    return ratio((double) flops(), (double) SECTOR * sectors());
  }

  /// Times that a warp went to shared memory.
  public long sharedRequests() {
    return total((it, i) -> at(LaunchCounts::sharedRequests, i));
  }

  /// Times that shared memory was accessed for them: more than one per request where bank conflicts
  /// split it.
  public long sharedPasses() {
    return total((it, i) -> at(LaunchCounts::passes, i));
  }

  public long bankConflicts() {
    return total((it, i) -> at(LaunchCounts::conflicts, i));
  }

  /// Times that a warp came to a conditional branch.
  public long branches() {
    return total(
        (it, i) ->
            it.opcode().equals("bra") && it.guard() != null ? at(LaunchCounts::warps, i) : 0);
  }

  /// Those at which the warp diverged.
  public long divergentBranches() {
    return total((it, i) -> at(LaunchCounts::divergent, i));
  }

  private static double ratio(double part, double whole) {
    return whole == 0 ? 0 : part / whole;
  }

  /// Counts of one line as it was written, over all calls, rounds and expansions it stands for.
  ///
  /// @param line of [PtxSource#written]
  public record Line(
      int line,
      long warps,
      long threads,
      long divergent,
      long globalRequests,
      long sectors,
      long passes,
      long conflicts) {
    /// The counts of both, for line `number`.
    Line plus(Line other, int number) {
      return new Line(
          number,
          warps + other.warps,
          threads + other.threads,
          divergent + other.divergent,
          globalRequests + other.globalRequests,
          sectors + other.sectors,
          passes + other.passes,
          conflicts + other.conflicts);
    }
  }

  /// The written lines that hold instructions of the kernel, by number.
  public Map<Integer, Line> lines() {
    Map<Integer, Line> lines = new TreeMap<>();
    List<Instruction> body = kernel().body();
    for (int i = 0; i < body.size(); i++) {
      Line here =
          new Line(
              source().writtenLine(body.get(i).line()),
              at(LaunchCounts::warps, i),
              at(LaunchCounts::threads, i),
              at(LaunchCounts::divergent, i),
              at(LaunchCounts::globalRequests, i),
              at(LaunchCounts::sectors, i),
              at(LaunchCounts::passes, i),
              at(LaunchCounts::conflicts, i));
      lines.merge(here.line, here, (a, b) -> a.plus(b, here.line));
    }
    return lines;
  }

  /// The same by the lines that the PTX was compiled from, where `module` says them; counts of
  /// instructions that it does not say anything of are left out.
  public Map<SourceLine, Line> sourceLines(PtxModule module) {
    Map<SourceLine, Line> lines =
        new TreeMap<>(Comparator.comparing(SourceLine::file).thenComparingInt(SourceLine::line));
    lines()
        .values()
        .forEach(
            here -> {
              SourceLine from = module.sourceLine(here.line);
              if (from != null) {
                Line none = new Line(from.line(), 0, 0, 0, 0, 0, 0, 0);
                lines.merge(from, none.plus(here, from.line()), (a, b) -> a.plus(b, from.line()));
              }
            });
    return lines;
  }

  /// The `count` lines that warps ran most, the first first.
  public List<Line> hottest(int count) {
    ToLongFunction<Line> warps = Line::warps;
    return lines().values().stream()
        .filter(line -> line.warps > 0)
        .sorted(Comparator.comparingLong(warps).reversed().thenComparingInt(Line::line))
        .limit(count)
        .toList();
  }
}
