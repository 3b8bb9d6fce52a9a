package cadj.cad.trace;

import java.awt.Color;
import java.awt.Font;
import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.image.BufferedImage;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The heat map as a picture: for each procedure a row per module and a column per window, of the
/// main measure and of the projection; at the right CAD's sums.
final class TraceMap {
  private static final int CELL = 44;
  private static final int ROW = 20;
  private static final int LABEL = 230;
  private static final int GAP = 18;
  private static final int MARGIN = 14;
  private static final int HEADER = 58;
  private static final Color INK = new Color(0x333333);
  private static final Color FAINT = new Color(0x888888);

  private final TraceResult trace;
  private final @Nullable TraceScores scores;
  private final List<Measure> measures = new ArrayList<>();

  private TraceMap(TraceResult trace, @Nullable TraceScores scores) {
    this.trace = trace;
    this.scores = scores == null || scores.isEmpty() ? null : scores;
    measures.add(trace.mainMeasure());
    if (trace.mainMeasure() != Measure.PROJECTION) {
      measures.add(Measure.PROJECTION);
    }
  }

  static BufferedImage of(TraceResult trace, @Nullable TraceScores scores) {
    return new TraceMap(trace, scores).image();
  }

  private BufferedImage image() {
    int columns = trace.windows().size();
    int width =
        2 * MARGIN
            + LABEL
            + measures.size() * (columns * CELL + GAP)
            + (scores == null ? 0 : 2 * CELL);
    int height = MARGIN;
    for (Procedure procedure : trace.procedures()) {
      height += HEADER + trace.rows(procedure).size() * ROW + GAP;
    }
    BufferedImage image = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
    Graphics2D pen = image.createGraphics();
    pen.setColor(Color.WHITE);
    pen.fillRect(0, 0, width, height);
    pen.setRenderingHint(
        RenderingHints.KEY_TEXT_ANTIALIASING, RenderingHints.VALUE_TEXT_ANTIALIAS_ON);
    int y = MARGIN;
    for (Procedure procedure : trace.procedures()) {
      section(pen, procedure, y);
      y += HEADER + trace.rows(procedure).size() * ROW + GAP;
    }
    pen.dispose();
    return image;
  }

  private void section(Graphics2D pen, Procedure procedure, int y) {
    List<TraceRow> rows = trace.rows(procedure);
    pen.setColor(INK);
    pen.setFont(new Font(Font.SANS_SERIF, Font.BOLD, 13));
    pen.drawString(
        switch (procedure) {
          case RESTORE -> "Restored: what comes back";
          case SWAP -> "Swapped: what goes";
        },
        MARGIN,
        y + 14);
    pen.setFont(new Font(Font.SANS_SERIF, Font.PLAIN, 11));
    int top = y + HEADER;
    for (int r = 0; r < rows.size(); r++) {
      pen.setColor(INK);
      pen.drawString(RowLabel.of(rows.get(r)), MARGIN, top + r * ROW + 14);
    }
    int x = MARGIN + LABEL;
    for (Measure measure : measures) {
      effects(pen, rows, measure, x, top);
      x += trace.windows().size() * CELL + GAP;
    }
    if (scores != null) {
      sums(pen, rows, scores, x, top);
    }
  }

  private void effects(Graphics2D pen, List<TraceRow> rows, Measure measure, int x, int top) {
    int columns = trace.windows().size();
    double[][] means = new double[rows.size()][columns];
    double most = 0;
    for (int r = 0; r < rows.size(); r++) {
      for (int w = 0; w < columns; w++) {
        means[r][w] = trace.effect(rows.get(r), measure, w).mean();
        most = Math.max(most, Math.abs(means[r][w]));
      }
    }
    pen.setColor(INK);
    pen.drawString(measure.title(), x, top - 24);
    for (int w = 0; w < columns; w++) {
      pen.setColor(FAINT);
      pen.drawString(w == 0 ? "all" : trace.windows().get(w).toString(), x + w * CELL + 4, top - 6);
      for (int r = 0; r < rows.size(); r++) {
        String text = TraceNumbers.shortly(means[r][w]);
        cell(pen, means[r][w], most, text, x + w * CELL, top + r * ROW);
      }
    }
  }

  /// CAD's sums: positive ones red, negative ones blue.
  private static void sums(
      Graphics2D pen, List<TraceRow> rows, TraceScores scores, int x, int top) {
    double most = 0;
    for (TraceRow row : rows) {
      most = Math.max(most, Math.max(scores.of(row).positive(), -scores.of(row).negative()));
    }
    pen.setColor(INK);
    pen.drawString("CAD's sums", x, top - 24);
    pen.setColor(FAINT);
    pen.drawString("+", x + CELL / 2, top - 6);
    pen.drawString("−", x + CELL + CELL / 2, top - 6);
    for (int r = 0; r < rows.size(); r++) {
      ModuleScores its = scores.of(rows.get(r));
      if (its.weights() > 0) {
        String up = TraceNumbers.sum(its.positive());
        String down = TraceNumbers.sum(its.negative());
        cell(pen, its.positive(), most, up, x, top + r * ROW);
        cell(pen, its.negative(), most, down, x + CELL, top + r * ROW);
      }
    }
  }

  private static void cell(Graphics2D pen, double value, double most, String text, int x, int y) {
    pen.setColor(Shade.of(value, most));
    pen.fillRect(x, y, CELL - 1, ROW - 1);
    pen.setColor(Shade.isDark(value, most) ? Color.WHITE : INK);
    pen.drawString(text, x + (CELL - 1 - pen.getFontMetrics().stringWidth(text)) / 2, y + 14);
  }
}
