package cadj.cad.profile;

import cadj.kernels.profiler.KernelProfile;
import cadj.kernels.ptx.PtxModule.SourceLine;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;

/// The lines that warps ran most, a row for each: its share, its place, its text, and what it costs
/// beyond being run.
final class HottestLines {
  static final int MOST = 12;

  private final KernelProfile profile;
  private final int width;

  /// @param width columns there are
  HottestLines(KernelProfile profile, int width) {
    this.profile = profile;
    this.width = width;
  }

  /// Of the PTX.
  List<String> ofPtx() {
    List<String> lines = new ArrayList<>();
    lines.add("");
    lines.add("hottest lines");
    List<String> source = profile.source().written().lines().toList();
    long all = profile.warpInstructions();
    for (KernelProfile.Line line : profile.hottest(MOST)) {
      String place = profile.source().writtenPlace(line.line());
      lines.add(row(line, all, place, code(source, line.line())));
    }
    return lines;
  }

  /// The same of the lines that the PTX was compiled from, if it says them.
  List<String> ofSource(SourceListing listing) {
    List<String> lines = new ArrayList<>();
    if (listing.counts().isEmpty()) {
      return lines;
    }
    lines.add("");
    lines.add("hottest lines of the source");
    long all = profile.warpInstructions();
    listing.counts().entrySet().stream()
        .filter(it -> it.getValue().warps() > 0)
        .sorted(
            Comparator.comparingLong(
                    (Map.Entry<SourceLine, KernelProfile.Line> it) -> it.getValue().warps())
                .reversed())
        .limit(MOST)
        .forEach(
            it -> {
              String place = SourceListing.place(it.getKey());
              String code = listing.text(it.getKey()).replaceFirst("//.*", "").strip();
              lines.add(row(it.getValue(), all, place, code));
            });
    return lines;
  }

  private String row(KernelProfile.Line line, long all, String place, String code) {
    String start =
        "  %6s  %-18s ".formatted(ProfileText.percent((double) line.warps() / all), place);
    String remark = remark(line);
    int room = Math.max(8, width - start.length() - remark.length());
    return start + (code.length() <= room ? code : code.substring(0, room - 1) + "…") + remark;
  }

  /// A line of the source without its white space and comment.
  static String code(List<String> lines, int line) {
    return lines.get(line - 1).replaceFirst("//.*", "").strip().replaceAll("\\s+", " ");
  }

  /// What a line costs beyond being run.
  private static String remark(KernelProfile.Line line) {
    List<String> remarks = new ArrayList<>();
    if (line.sectors() > 0) {
      remarks.add("%.1f sectors".formatted((double) line.sectors() / line.globalRequests()));
    }
    if (line.conflicts() > 0) {
      remarks.add("%,d conflicts".formatted(line.conflicts()));
    }
    if (line.divergent() > 0) {
      remarks.add("diverged %,d times".formatted(line.divergent()));
    }
    return remarks.isEmpty() ? "" : "  (" + String.join(", ", remarks) + ")";
  }
}
