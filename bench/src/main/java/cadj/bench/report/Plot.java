package cadj.bench.report;

import cadj.bench.race.Outcome;
import cadj.bench.race.Times;
import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.image.BufferedImage;
import java.util.List;
import org.jfree.chart.ChartFactory;
import org.jfree.chart.JFreeChart;
import org.jfree.chart.axis.LogarithmicAxis;
import org.jfree.chart.plot.CategoryPlot;
import org.jfree.chart.plot.PlotOrientation;
import org.jfree.chart.plot.ValueMarker;
import org.jfree.chart.renderer.category.BarRenderer;
import org.jfree.chart.renderer.category.StandardBarPainter;
import org.jfree.data.category.DefaultCategoryDataset;
import org.jspecify.annotations.Nullable;

/// How many times as long as ours each peer took, as bars from 1 on a logarithmic scale: to the
/// right, ours is faster.
public final class Plot {
  private static final int WIDTH = 1100;
  private static final int MARGIN = 110;
  private static final int BAR = 11;
  private static final int GAP = 7;

  /// Told apart by those who see fewer colours, too.
  private static final List<Color> COLOURS =
      List.of(
          new Color(0x4477AA),
          new Color(0xEE6677),
          new Color(0x228833),
          new Color(0xCCBB44),
          new Color(0xAA3377));

  private Plot() {}

  /// @param names of peers, one colour each; those that took no part are left out
  public static BufferedImage of(List<Outcome> outcomes, List<String> names) {
    List<String> peers =
        names.stream()
            .filter(name -> outcomes.stream().anyMatch(outcome -> ratio(outcome, name) != null))
            .toList();
    DefaultCategoryDataset data = new DefaultCategoryDataset();
    int height = MARGIN;
    for (Outcome outcome : outcomes) {
      if (outcome.peers().isEmpty()) {
        continue;
      }
      height += GAP + BAR * peers.size();
      for (String peer : peers) {
        data.addValue(ratio(outcome, peer), peer, outcome.entry().toString());
      }
    }
    JFreeChart chart =
        ChartFactory.createBarChart(
            null,
            null,
            "times as long as cadj",
            data,
            PlotOrientation.HORIZONTAL,
            true,
            false,
            false);
    chart.setBackgroundPaint(Color.WHITE);
    CategoryPlot plot = chart.getCategoryPlot();
    plot.setBackgroundPaint(Color.WHITE);
    plot.setRangeGridlinePaint(Color.LIGHT_GRAY);
    plot.getDomainAxis().setMaximumCategoryLabelWidthRatio(0.6f);
    BarRenderer bars = (BarRenderer) plot.getRenderer();
    bars.setBase(1);
    bars.setBarPainter(new StandardBarPainter());
    bars.setShadowVisible(false);
    bars.setItemMargin(0);
    for (int i = 0; i < peers.size(); i++) {
      bars.setSeriesPaint(i, COLOURS.get(i % COLOURS.size()));
    }
    plot.setRangeAxis(axis(outcomes));
    plot.addRangeMarker(new ValueMarker(1, Color.BLACK, new BasicStroke(1)));
    return chart.createBufferedImage(WIDTH, height);
  }

  /// Holds all ratios, and at least half to twice.
  private static LogarithmicAxis axis(List<Outcome> outcomes) {
    double low = 0.5;
    double high = 2;
    for (Outcome outcome : outcomes) {
      for (Times times : outcome.peers()) {
        low = Math.min(low, times.over(outcome.ours()));
        high = Math.max(high, times.over(outcome.ours()));
      }
    }
    LogarithmicAxis axis = new LogarithmicAxis("times as long as cadj");
    axis.setRange(low / 1.1, high * 1.1);
    return axis;
  }

  /// Null, and no bar, where the peer took no part.
  private static @Nullable Double ratio(Outcome outcome, String peer) {
    for (Times times : outcome.peers()) {
      if (times.name().equals(peer)) {
        return times.over(outcome.ours());
      }
    }
    return null;
  }
}
