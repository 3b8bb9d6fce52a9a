package cadj.cad.trace;

import cadj.cad.picture.Pictures;
import cadj.cad.picture.PngFile;
import cadj.tensor.Tensor;
import cadj.tensor.file.AtomicFile;
import cadj.tensor.json.JsonText;
import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.image.BufferedImage;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// What a trace leaves in a folder: `index.html`, `trace.json`, `trace.png` (the heat map), and
/// `pictures/`, of the first sample: a strip for each row, a picture for each window; and
/// `unfinished.json` until it is done.
///
/// @param plan whose rows number the strips
public record TraceFiles(Path folder, TracePlan plan) implements TracePictures {
  private static final String PICTURES = "pictures";

  /// Larger pictures are made smaller: the page shows them in rows of a table.
  private static final int LARGEST = 128;

  public Path page() {
    return folder.resolve("index.html");
  }

  public Path json() {
    return folder.resolve("trace.json");
  }

  public Path map() {
    return folder.resolve("trace.png");
  }

  /// Where unfinished work is kept.
  public Path unfinished() {
    return folder.resolve("unfinished.json");
  }

  /// Name of a reference's picture, within the folder.
  static String picture(References.Reference reference) {
    return PICTURES + "/" + reference.name().toLowerCase(Locale.ROOT) + ".png";
  }

  /// Name of the strip of a procedure's row, counted from 0.
  static String picture(Procedure procedure, int row) {
    return PICTURES + "/%s-%02d.png".formatted(procedure, row + 1);
  }

  @Override
  public void references(List<Tensor> pictures) {
    Iterator<Tensor> each = pictures.iterator();
    for (References.Reference reference : References.Reference.values()) {
      write(picture(reference), List.of(each.next()));
    }
  }

  @Override
  public void row(TraceRow row, List<Tensor> pictures) {
    write(picture(row.procedure(), plan.rows(row.procedure()).indexOf(row)), pictures);
  }

  private void write(String name, List<Tensor> pictures) {
    List<BufferedImage> images = pictures.stream().map(it -> Pictures.toImage(it, 0)).toList();
    BufferedImage first = images.getFirst();
    double scale = Math.min(1, (double) LARGEST / Math.max(first.getWidth(), first.getHeight()));
    int width = (int) Math.round(first.getWidth() * scale);
    int height = (int) Math.round(first.getHeight() * scale);
    BufferedImage strip =
        new BufferedImage(width * images.size(), height, BufferedImage.TYPE_INT_RGB);
    Graphics2D pen = strip.createGraphics();
    pen.setRenderingHint(
        RenderingHints.KEY_INTERPOLATION, RenderingHints.VALUE_INTERPOLATION_BILINEAR);
    for (int i = 0; i < images.size(); i++) {
      pen.drawImage(images.get(i), i * width, 0, width, height, null);
    }
    pen.dispose();
    PngFile.write(folder.resolve(name), strip, Map.of());
  }

  /// Writes page, JSON and heat map.
  ///
  /// @param scores null where there are none
  /// @param scoresFrom where the scores are from, for people
  public void write(
      TraceResult trace, @Nullable TraceScores scores, String scoresFrom, String version) {
    JsonText.write(json(), TraceJson.of(trace, scores));
    PngFile.write(map(), TraceMap.of(trace, scores), trace.identity());
    String html = TracePage.html(trace, scores, scoresFrom, version);
    AtomicFile.write(page(), fresh -> Files.writeString(fresh, html));
  }
}
