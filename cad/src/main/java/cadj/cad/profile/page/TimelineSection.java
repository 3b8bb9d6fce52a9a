package cadj.cad.profile.page;

import cadj.kernels.record.RunProfile;

/// The timeline: a canvas, its data, and the script that draws it.
final class TimelineSection {
  private TimelineSection() {}

  static String html(RunProfile run) {
    TimelineData data = TimelineData.of(run, TimelineData.MOST_SLICES);
    return """
    <h2>Timeline</h2>
    <div class="tools">
    <button id="timeline-in" title="Zoom in">+</button><button id="timeline-out" title="Zoom out">−</button><button id="timeline-all">whole run</button>
    <input id="timeline-find" type="search" placeholder="show only …" aria-label="Show only slices with this text">
    <span class="small">Drag to move, Ctrl or Shift and the wheel to zoom, double click for one slice.</span>
    </div>
    <canvas id="timeline"></canvas>
    <div id="timeline-told"> </div>
    %s<script type="application/json" id="timeline-data">%s</script>
    <script>
    %s</script>
    """
        .formatted(leftOut(data), data.json(), Resource.text("timeline.js"));
  }

  private static String leftOut(TimelineData data) {
    return data.shortest() == 0
        ? ""
        : "<p class=\"small\">What took less than %.1f µs is left out here; --trace has it.</p>\n"
            .formatted(data.shortest() / 1e3);
  }
}
