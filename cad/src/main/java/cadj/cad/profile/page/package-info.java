/// What `cadj profile --html` writes: a recorded run as one page that needs no other file.
///
/// Read [RunPage] first; each section is a file. Tables come from [cadj.cad.profile.run]; the
/// timeline is drawn in the browser by `timeline.js` from [TimelineData]. Imports `cadj.cad.chart`,
/// `cadj.kernels.record` and `cadj.kernels.roofline`.
@NullMarked
package cadj.cad.profile.page;

import org.jspecify.annotations.NullMarked;
