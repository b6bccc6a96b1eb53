"""The topics that docs/contract.md promises to other systems: they keep their names."""

from __future__ import annotations

from knowledge.topics import ABOUT_THE_ANSWER, AFTER_ALARM

CONTRACT_TOPICS = frozenset((
    "role_definition", "role_purpose", "role_vs_police_officer", "role_vs_others", "role_identify", "role_history", "role_numbers",
    "role_where", "duties_overview", "duties_patrol", "duties_minor_offences", "duties_antisocial_behaviour", "duties_house_to_house",
    "duties_crime_scene", "duties_schools_youth", "duties_engagement", "duties_partners", "duties_watch_schemes",
    "duties_missing_people", "duties_court", "duties_crime_prevention", "duties_reassurance_visits", "duties_mobile_station",
    "duties_typical_day", "powers_overview", "powers_arrest", "powers_detain", "powers_search", "powers_use_of_force", "powers_fines",
    "powers_name_address", "powers_alcohol_tobacco", "powers_drugs", "powers_vehicles", "powers_traffic", "powers_entry",
    "powers_dispersal", "powers_obey", "recruitment_status", "recruitment_apply", "recruitment_eligibility", "recruitment_vetting",
    "recruitment_qualities", "recruitment_pay", "recruitment_training", "recruitment_fitness", "recruitment_hours",
    "recruitment_progression", "recruitment_alerts", "recruitment_volunteer", "contact_emergency", "contact_non_emergency",
    "contact_report_crime", "contact_local_team", "contact_request_visit", "contact_deaf_speech", "contact_anonymous",
    "contact_feedback", "contact_general", "contact_force", "force_for_place", "force_list", "force_compare", "set_force", "greet",
    "goodbye", "thanks", "affirm", "deny", "bot_identity", "bot_help", "bot_privacy", "emergency", "out_of_scope", "unclear",
))
# And those which the assistant's own code knows by name.
FIXED_TOPICS = CONTRACT_TOPICS | ABOUT_THE_ANSWER | frozenset(AFTER_ALARM)
