package cadj.cad.profile;

import cadj.kernels.device.LaunchShape;
import cadj.kernels.profiler.InstructionClass;
import cadj.kernels.profiler.KernelProfile;
import cadj.kernels.profiler.KernelResources;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/// A profile in lines for people, and in a map for machines.
public final class ProfileText {
  private static final int BAR = 24;
  private static final String[] UNITS = {"", "k", "M", "G", "T"};

  private final KernelProfile profile;
  private final List<KernelResources> resources;
  private final List<String> lines = new ArrayList<>();

  private ProfileText(KernelProfile profile, List<KernelResources> resources) {
    this.profile = profile;
    this.resources = resources;
  }

  /// @param listing of what the PTX was compiled from
  /// @param width columns there are
  public static List<String> lines(
      KernelProfile profile, List<KernelResources> resources, SourceListing listing, int width) {
    ProfileText text = new ProfileText(profile, resources);
    text.head();
    text.mix();
    text.memory();
    text.machines();
    HottestLines hottest = new HottestLines(profile, width);
    text.lines.addAll(hottest.ofSource(listing));
    text.lines.addAll(hottest.ofPtx());
    return text.lines;
  }

  private void add(String name, String words, Object... values) {
    lines.add("%-14s%s".formatted(name, words.formatted(values)));
  }

  private void head() {
    lines.add("%s, %s".formatted(profile.name(), profile.place()));
    lines.add("");
    Map<LaunchShape, Integer> shapes = new LinkedHashMap<>();
    profile.shapes().forEach(shape -> shapes.merge(shape, 1, Integer::sum));
    String name = "launch";
    for (Map.Entry<LaunchShape, Integer> shape : shapes.entrySet()) {
      add(
          name,
          "%s%s",
          shape.getKey(),
          shape.getValue() == 1 ? "" : ", " + shape.getValue() + " times");
      name = "";
    }
    add(
        "instructions",
        "%,d of warps, %,d of threads: %s of the lanes active",
        profile.warpInstructions(),
        profile.threadInstructions(),
        percent(profile.laneUse()));
  }

  private void mix() {
    long all = profile.warpInstructions();
    long most = Collections.max(profile.mix().values(), Long::compare);
    profile.mix().entrySet().stream()
        .sorted(Map.Entry.<InstructionClass, Long>comparingByValue().reversed())
        .forEach(
            entry -> {
              int blocks = (int) Math.max(1, Math.round((double) BAR * entry.getValue() / most));
              lines.add(
                  "  %-16s %7s  %s"
                      .formatted(
                          entry.getKey().words(),
                          percent((double) entry.getValue() / all),
                          "█".repeat(blocks)));
            });
  }

  private void memory() {
    add("work", "%sFLOP", scaled((double) profile.flops()));
    add(
        "global memory",
        "%sB read, %sB written; %s FLOP per byte moved",
        scaled((double) profile.bytesRead()),
        scaled((double) profile.bytesWritten()),
        "%.3g".formatted(profile.intensity()));
    if (profile.globalRequests() > 0) {
      add(
          "",
          "%,d requests, %.2f sectors of 32 bytes each; %s of their bytes used",
          profile.globalRequests(),
          profile.sectorsPerRequest(),
          percent(profile.sectorUse()));
    }
    if (profile.sharedRequests() > 0) {
      add(
          "shared memory",
          "%,d requests in %,d passes, %,d of them bank conflicts",
          profile.sharedRequests(),
          profile.sharedPasses(),
          profile.bankConflicts());
    }
    add(
        "divergence",
        "%,d of %,d conditional branches diverged",
        profile.divergentBranches(),
        profile.branches());
  }

  private void machines() {
    lines.add("");
    if (resources.isEmpty()) {
      lines.add("Registers and occupancy: not known, for no compiler here takes this PTX.");
      return;
    }
    lines.add("machine              registers  shared  blocks   warps  occupancy  limited by");
    for (KernelResources it : resources) {
      lines.add(
          "%-7s %-12s %9d  %6d  %6d  %2d / %2d  %9s  %s%s"
              .formatted(
                  it.architecture(),
                  it.cards(),
                  it.registers(),
                  it.sharedBytes() + profile.mainShape().sharedBytes(),
                  it.blocks(),
                  it.warps(),
                  it.mostWarps(),
                  percent(it.occupancy()),
                  it.limitedBy(),
                  it.spilledBytes() == 0 ? "" : ", %d bytes spilled".formatted(it.spilledBytes())));
    }
  }

  /// `12.3 %` of a share from 0 to 1.
  public static String percent(double share) {
    return "%.1f %%".formatted(100 * share);
  }

  /// A share of a roofline: `12 %`, and of less than one a digit that is not 0, `0.04 %`; empty if
  /// it is not known.
  public static String ofRoof(double share) {
    double percent = 100 * share;
    if (Double.isNaN(share)) {
      return "";
    }
    if (percent >= 0.995 || percent == 0) {
      return "%.0f %%".formatted(percent);
    }
    return percent >= 0.095
        ? "%.1f %%".formatted(percent)
        : percent >= 0.0095 ? "%.2f %%".formatted(percent) : "<0.01 %";
  }

  /// `12.3 M`, or `870 ` below a thousand: a unit's letter follows.
  public static String scaled(double value) {
    int unit = 0;
    double rest = value;
    while (rest >= 1000 && unit < UNITS.length - 1) {
      rest /= 1000;
      unit++;
    }
    return (unit == 0 ? "%.0f %s" : "%.2f %s").formatted(rest, UNITS[unit]);
  }

  /// The same, for machines.
  public static Map<String, Object> json(KernelProfile profile, List<KernelResources> resources) {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("kernel", profile.name());
    json.put("place", profile.place());
    json.put("launches", profile.shapes().stream().map(ProfileText::json).toList());
    json.put("warp_instructions", profile.warpInstructions());
    json.put("thread_instructions", profile.threadInstructions());
    json.put("lane_use", profile.laneUse());
    Map<String, Object> mix = new LinkedHashMap<>();
    profile.mix().forEach((it, count) -> mix.put(it.name().toLowerCase(Locale.ROOT), count));
    json.put("mix", mix);
    json.put("flops", profile.flops());
    json.put("bytes_read", profile.bytesRead());
    json.put("bytes_written", profile.bytesWritten());
    json.put("flops_per_byte", profile.intensity());
    json.put("global_requests", profile.globalRequests());
    json.put("sectors", profile.sectors());
    json.put("sector_use", profile.sectorUse());
    json.put("shared_requests", profile.sharedRequests());
    json.put("shared_passes", profile.sharedPasses());
    json.put("bank_conflicts", profile.bankConflicts());
    json.put("branches", profile.branches());
    json.put("divergent_branches", profile.divergentBranches());
    json.put("machines", resources.stream().map(ProfileText::json).toList());
    List<String> source = profile.source().written().lines().toList();
    json.put(
        "hottest_lines",
        profile.hottest(HottestLines.MOST).stream()
            .map(
                line ->
                    Map.of(
                        "place",
                        profile.source().writtenPlace(line.line()),
                        "warps",
                        line.warps(),
                        "text",
                        HottestLines.code(source, line.line())))
            .toList());
    return json;
  }

  /// Counts by line of the source, for machines.
  public static List<Map<String, Object>> json(SourceListing listing) {
    List<Map<String, Object>> all = new ArrayList<>();
    listing
        .counts()
        .forEach(
            (line, counts) -> {
              Map<String, Object> json = new LinkedHashMap<>();
              json.put("file", line.file());
              json.put("line", line.line());
              json.put("warps", counts.warps());
              json.put("threads", counts.threads());
              json.put("sectors", counts.sectors());
              json.put("bank_conflicts", counts.conflicts());
              json.put("diverged", counts.divergent());
              json.put("text", listing.text(line).strip());
              all.add(json);
            });
    return all;
  }

  private static Map<String, Object> json(LaunchShape it) {
    return Map.of(
        "grid",
        List.of(it.gridX(), it.gridY(), it.gridZ()),
        "block",
        List.of(it.blockX(), it.blockY(), it.blockZ()),
        "shared_bytes",
        it.sharedBytes());
  }

  private static Map<String, Object> json(KernelResources it) {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("machine", it.architecture());
    json.put("registers", it.registers());
    json.put("shared_bytes", it.sharedBytes());
    json.put("stack_bytes", it.stackBytes());
    json.put("spilled_bytes", it.spilledBytes());
    json.put("blocks", it.blocks());
    json.put("warps", it.warps());
    json.put("occupancy", it.occupancy());
    json.put("limited_by", it.limitedBy());
    return json;
  }
}
