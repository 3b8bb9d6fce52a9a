package cadj.cad.demo;

import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.image.BufferedImage;
import org.jfree.chart.ChartFactory;
import org.jfree.chart.JFreeChart;
import org.jfree.chart.axis.NumberAxis;
import org.jfree.chart.plot.PlotOrientation;
import org.jfree.chart.plot.XYPlot;
import org.jfree.chart.renderer.xy.DeviationRenderer;
import org.jfree.data.xy.YIntervalSeries;
import org.jfree.data.xy.YIntervalSeriesCollection;

/// Accuracy of the target and of the others against the ratio: means over noise seeds, with the
/// span between the seeds shaded.
final class RatioPlot {
  private static final Color TARGET = new Color(0xD62728);
  private static final Color OTHERS = new Color(0x1F77B4);
  private static final int WIDTH = 460;
  private static final int HEIGHT = 300;

  private RatioPlot() {}

  static BufferedImage of(Study study) {
    YIntervalSeries target = new YIntervalSeries(study.concept().name());
    YIntervalSeries others = new YIntervalSeries("the others");
    Measurement any = study.measurements().getFirst();
    target.add(0, any.targetBefore(), any.targetBefore(), any.targetBefore());
    others.add(0, any.othersBefore(), any.othersBefore(), any.othersBefore());
    for (RatioSummary row : RatioSummary.of(study)) {
      add(target, row.ratio(), row.target());
      add(others, row.ratio(), row.others());
    }
    YIntervalSeriesCollection data = new YIntervalSeriesCollection();
    data.addSeries(target);
    data.addSeries(others);
    JFreeChart chart =
        ChartFactory.createXYLineChart(
            null,
            "weights zeroed, % of a row",
            "accuracy",
            data,
            PlotOrientation.VERTICAL,
            true,
            false,
            false);
    chart.setBackgroundPaint(Color.WHITE);
    XYPlot plot = chart.getXYPlot();
    plot.setBackgroundPaint(Color.WHITE);
    plot.setRangeGridlinePaint(Color.LIGHT_GRAY);
    ((NumberAxis) plot.getRangeAxis()).setRange(0, 1.05);
    DeviationRenderer renderer = new DeviationRenderer(true, true);
    style(renderer, 0, TARGET);
    style(renderer, 1, OTHERS);
    renderer.setAlpha(0.15f);
    plot.setRenderer(renderer);
    return chart.createBufferedImage(WIDTH, HEIGHT);
  }

  private static void add(YIntervalSeries series, double ratio, RatioSummary.Span span) {
    series.add(100 * ratio, span.mean(), span.low(), span.high());
  }

  private static void style(DeviationRenderer renderer, int series, Color color) {
    renderer.setSeriesPaint(series, color);
    renderer.setSeriesFillPaint(series, color);
    renderer.setSeriesStroke(series, new BasicStroke(2.5f));
  }
}
