package cadj.cad.cli;

import cadj.cad.generate.Drawing;
import cadj.cad.generate.PlannedPicture;
import java.util.ArrayList;
import java.util.List;

/// Tells how far a drawing of many pictures has come: a line for each, or on a terminal a bar over
/// the steps of all.
final class DrawingProgress implements Drawing.Listener, AutoCloseable {
  /// With a bar, files are named at the end, but no more than so many.
  private static final int MOST_LINES = 20;

  private final Terminal terminal;
  private final Terminal.Bar bar;
  private final int pictures;
  private final long steps;
  private final List<String> lines = new ArrayList<>();
  private int written;
  private long before;

  DrawingProgress(Terminal terminal, List<PlannedPicture> pictures) {
    this.terminal = terminal;
    this.pictures = pictures.size();
    steps = pictures.stream().mapToLong(picture -> picture.settings().steps()).sum();
    bar = terminal.bar("drawing", steps);
    note();
  }

  /// Samplers that call the denoiser more often than they have steps are no further for it.
  @Override
  public void step(PlannedPicture picture, int done, int calls) {
    bar.at(before + (long) done * picture.settings().steps() / calls, steps);
  }

  @Override
  public void written(PlannedPicture picture) {
    written++;
    before += picture.settings().steps();
    note();
    String line = "%s: %s".formatted(picture.file(), Terminal.plain(picture.settings().prompt()));
    if (!bar.isShown()) {
      terminal.say("%s", line);
    } else if (pictures <= MOST_LINES) {
      lines.add(line);
    }
  }

  private void note() {
    if (pictures > 1) {
      bar.note("picture %d of %d".formatted(Math.min(written + 1, pictures), pictures));
    }
  }

  @Override
  public void close() {
    bar.close();
    lines.forEach(line -> terminal.say("%s", line));
    if (bar.isShown() && pictures > MOST_LINES) {
      terminal.say("%d pictures drawn", written);
    }
  }
}
