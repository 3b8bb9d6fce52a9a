package cadj.cad.inspect;

import cadj.cad.generate.RedrawCommand;
import cadj.cad.picture.PngText;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// A PNG file: its size, and the settings it carries as text.
record PictureReport(Path path, PngText png) implements Report {
  static PictureReport of(Path path) {
    return new PictureReport(path, PngText.read(path));
  }

  @Override
  public List<String> lines(int width, boolean colour) {
    List<String> out = new ArrayList<>();
    out.add("%s: picture of %d×%d pixels".formatted(path, png.width(), png.height()));
    out.addAll(Lines.pairs(png.text()));
    if (png.text().isEmpty()) {
      out.add("  It says nothing of how it was made.");
    }
    redraw()
        .ifPresent(
            command -> {
              out.add("  Draw it again:");
              out.add("  " + command);
            });
    return out;
  }

  private Optional<String> redraw() {
    return RedrawCommand.of(System.getProperty("cadj.program", "cadj"), png.text());
  }

  @Override
  public Map<String, Object> json() {
    Map<String, Object> out = new LinkedHashMap<>();
    out.put("kind", "picture");
    out.put("file", path.toString());
    out.put("width", png.width());
    out.put("height", png.height());
    out.put("text", Settings.typed(png.text()));
    redraw().ifPresent(command -> out.put("redraw", command));
    return out;
  }
}
