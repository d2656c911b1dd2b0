"""The published rules, one function each.

Every rule cites the measure of 日政办字〔2023〕18号 or the statute it implements and
says where a number is a placeholder.  Rules are pure, read columns and return
columns: nothing here walks over a city row by row.

Owns: eligibility, age, facts and priority, reserves, spacing classes, order of
acceptance, selectors.  Numbers come from the scenario, never from here, except those
a statute itself fixes (the steps of the retirement reform).
"""
