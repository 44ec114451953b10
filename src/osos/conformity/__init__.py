"""Does this meter do what form EK-2 of TEDAŞ-MLZ/2017-062.A asks?

The doors: `catalogue.form()` the form; `device.Device` what is on the bench; `runs.run`, `resume`, `replay`,
`read_report` a run and its `Report`; `rig.Rig` who carries out acts; `planted.hunt` the proof by faults.
"""
