package cadj.cad.inspect;

import cadj.cad.edit.Patch;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// A patch: how it came about, and how many weights it changes where.
record PatchReport(Path path, Patch patch) implements Report {
  static PatchReport of(Path path) {
    return new PatchReport(path, Patch.read(path));
  }

  @Override
  public List<String> lines(int width, boolean colour) {
    List<String> out = new ArrayList<>();
    out.add("%s: patch".formatted(path));
    out.addAll(Lines.pairs(patch.metadata()));
    patch
        .changes()
        .forEach(
            (name, change) -> out.add("  %,12d  %s".formatted(change.size(), Lines.plain(name))));
    out.add(
        "%,d weights of %,d parameters changed".formatted(patch.size(), patch.changes().size()));
    return out;
  }

  @Override
  public Map<String, Object> json() {
    Map<String, Object> out = new LinkedHashMap<>();
    out.put("kind", Patch.KIND);
    out.put("file", path.toString());
    out.put("metadata", Settings.typed(patch.metadata()));
    Map<String, Integer> changes = new LinkedHashMap<>();
    patch.changes().forEach((name, change) -> changes.put(name, change.size()));
    out.put("parameters", changes);
    out.put("weights", patch.size());
    return out;
  }
}
